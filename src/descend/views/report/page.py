"""The page that a report is written on."""

from string import Template

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>
:root {
  color-scheme: light dark;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans",
    Arial, sans-serif;
  --desk: #f5f6f8; --paper: #ffffff; --ink: #1f2733; --muted: #667085; --grid: #e7e9ee;
  --edge: #dfe3ea; --accent: #d9480f; --stripe: #f8f9fb; --first: #0072b2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --desk: #12161d; --paper: #1a202a; --ink: #e8ebf0; --muted: #a0a9b8; --grid: #2d3542;
    --edge: #2d3542; --accent: #ff8a4c; --stripe: #1f2632; --first: #4ba3dc;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--desk); color: var(--ink);
  font: 16px/1.6 var(--font); -webkit-text-size-adjust: 100%;
}
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
header { border-left: 4px solid var(--accent); padding-left: 1rem; margin-bottom: 2.2rem; }
h1 {
  font-size: clamp(1.6rem, 1.2rem + 2vw, 2.3rem); line-height: 1.2; margin: 0;
  letter-spacing: -0.015em; overflow-wrap: anywhere;
}
.subtitle { margin: 0.4rem 0 0; color: var(--muted); font-size: 1.05rem; overflow-wrap: anywhere; }
section {
  background: var(--paper); border: 1px solid var(--edge); border-radius: 12px;
  padding: 1.4rem 1.6rem 1.5rem; margin: 0 0 1.3rem;
}
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 0.7rem; overflow-wrap: anywhere; }
p { margin: 0 0 0.8rem; max-width: 44rem; overflow-wrap: anywhere; }
section > :last-child, section > :last-child figure { margin-bottom: 0; }
.table { overflow-x: auto; margin: 0 0 1rem; }
.table:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; font-size: 0.94rem; }
caption { text-align: left; color: var(--muted); padding: 0 0 0.5rem; font-size: 0.9rem; }
th, td {
  text-align: left; vertical-align: baseline; padding: 0.42rem 0.9rem 0.42rem 0.6rem;
  border-bottom: 1px solid var(--grid); overflow-wrap: break-word;
}
thead th {
  font-size: 0.82rem; font-weight: 600; color: var(--muted);
  border-bottom: 1.5px solid var(--edge); white-space: nowrap;
}
tbody th { font-weight: 500; }
tbody tr:nth-child(even) { background: var(--stripe); }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 0 0 1rem; overflow-x: auto; }
figure:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
figure svg, figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.narrow { display: none; }
.paper { background: #ffffff; border-radius: 8px; padding: 6px; }
footer { color: var(--muted); font-size: 0.85rem; margin-top: 2rem; }
@media (max-width: 600px) {
  main { padding: 1.6rem 0.8rem 2.5rem; }
  section { padding: 1.1rem 1rem 1.2rem; border-radius: 10px; }
  thead th { white-space: normal; }
  td { overflow-wrap: anywhere; }
  tbody th { min-width: 5.6rem; overflow-wrap: anywhere; }
  div.wide { display: none; }
  .narrow { display: block; }
  figure svg { min-width: 0 !important; }
  table.wide thead { display: none; }
  table.wide tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--grid); }
  table.wide tr > * { display: flex; justify-content: space-between; gap: 1rem; border: 0;
    padding: 0.12rem 0.4rem; text-align: left; }
  table.wide td::before { content: attr(data-name); color: var(--muted); font-size: 0.86rem; }
  table.wide tbody th { font-weight: 600; }
}
@media print {
  :root {
    --desk: #ffffff; --paper: #ffffff; --ink: #1f2733; --muted: #555f6e; --grid: #e7e9ee;
    --edge: #dfe3ea; --stripe: #ffffff; --first: #0072b2;
  }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0 0 1rem; break-inside: auto; }
  h2, caption { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  .table, figure { overflow: visible; }
  figure svg { min-width: 0 !important; }
}
</style>
</head>
<body>
<main>
<header>
<h1>$title</h1>
$subtitle
</header>
$sections
<footer>Written by descend.</footer>
</main>
</body>
</html>
""")

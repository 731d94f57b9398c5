"""Reports: one self-contained HTML page of text, tables and figures."""

// A surface, its paths and its balls, drawn by WebGL2.

import { BANDS, LANDSCAPE, parts } from "./colours.js";
import { HEIGHT } from "./camera.js";

const SURFACE_VERTEX = `#version 300 es
layout(location = 0) in vec3 place;
layout(location = 1) in vec3 normal;
uniform mat4 camera;
out float shade;
out vec3 facing;
void main() {
  gl_Position = camera * vec4(place, 1.0);
  shade = place.z / ${HEIGHT.toFixed(4)};
  facing = normal;
}`;

const SURFACE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D colours;
in float shade;
in vec3 facing;
out vec4 colour;
void main() {
  float level = clamp(shade, 0.0, 0.99999) * ${BANDS.toFixed(1)};
  float band = floor(level);
  vec3 base = texture(colours, vec2((band + 0.5) / ${BANDS.toFixed(1)}, 0.5)).rgb;
  float width = max(fwidth(level), 1e-4);
  float line = (1.0 - smoothstep(0.0, 1.5 * width, abs(level - round(level)))) * min(1.0, 0.25 / width);
  base = mix(base, band > 8.5 ? vec3(1.0) : vec3(0.08), 0.34 * line);
  float light = dot(normalize(facing), normalize(vec3(-0.35, -0.5, 1.0)));
  colour = vec4(base * (0.72 + 0.32 * max(light, 0.0)), 1.0);
}`;

const PATH_VERTEX = `#version 300 es
layout(location = 0) in vec2 corner;
layout(location = 1) in vec3 from;
layout(location = 2) in vec3 to;
uniform mat4 camera;
uniform vec2 size;
uniform float width;
void main() {
  vec4 a = camera * vec4(from, 1.0);
  vec4 b = camera * vec4(to, 1.0);
  vec2 along = (b.xy / b.w - a.xy / a.w) * size;
  float length_ = length(along);
  vec2 unit = length_ > 1e-5 ? along / length_ : vec2(1.0, 0.0);
  vec4 end = corner.x < 0.5 ? a : b;
  vec2 shift = vec2(-unit.y, unit.x) * corner.y * width + unit * (corner.x - 0.5) * width * 0.6;
  gl_Position = end + vec4(shift / size * end.w, -0.004 * end.w, 0.0);
}`;

const PATH_FRAGMENT = `#version 300 es
precision mediump float;
uniform vec4 ink;
out vec4 colour;
void main() { colour = vec4(ink.rgb * ink.a, ink.a); }`;

const BALL_VERTEX = `#version 300 es
layout(location = 0) in vec3 place;
layout(location = 1) in vec4 ink;
layout(location = 2) in vec2 look;
uniform mat4 camera;
uniform float ratio;
out vec4 fill;
flat out float shape;
void main() {
  gl_Position = camera * vec4(place, 1.0);
  gl_Position.z -= 0.02 * gl_Position.w;
  gl_PointSize = look.x * ratio;
  fill = ink;
  shape = look.y;
}`;

// The shapes of colours.js in the same order: circle, square, triangle, diamond, wedge, pentagon, hexagon, plus.
const BALL_FRAGMENT = `#version 300 es
precision mediump float;
in vec4 fill;
flat in float shape;
out vec4 colour;
float polygon(vec2 p, float corners, float turn) {
  float angle = atan(p.y, p.x) + turn;
  float sector = 6.2831853 / corners;
  return cos(floor(0.5 + angle / sector) * sector - angle) * length(p);
}
void main() {
  vec2 p = 2.0 * gl_PointCoord - 1.0;
  float far = length(p);
  int kind = int(shape + 0.5);
  if (kind == 1) far = max(abs(p.x), abs(p.y)) * 1.15;
  else if (kind == 2) far = polygon(p + vec2(0.0, -0.15), 3.0, -1.5708) * 1.75;
  else if (kind == 3) far = (abs(p.x) + abs(p.y)) * 0.95;
  else if (kind == 4) far = polygon(p + vec2(0.0, 0.15), 3.0, 1.5708) * 1.75;
  else if (kind == 5) far = polygon(p, 5.0, -1.5708) * 1.15;
  else if (kind == 6) far = polygon(p, 6.0, 0.0) * 1.1;
  else if (kind == 7) far = min(max(abs(p.x) * 2.4, abs(p.y)), max(abs(p.x), abs(p.y) * 2.4)) * 1.05;
  if (far > 1.0) discard;
  colour = vec4(mix(fill.rgb, vec3(1.0), step(0.74, far)) * fill.a, fill.a);
}`;

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  const at = (name) => gl.getUniformLocation(made, name);
  return { made, at: Object.fromEntries(["camera", "colours", "size", "width", "ink", "ratio"].map((name) => [name, at(name)])) };
}

/** Return the corners, normals and triangles of a relief; no triangle where there is a hole. */
function mesh(relief) {
  const { rows, columns, shades } = relief;
  const corners = new Float32Array(6 * rows * columns);
  const height = (row, column) => {
    const r = Math.min(Math.max(row, 0), rows - 1);
    return HEIGHT * shades[r * columns + Math.min(Math.max(column, 0), columns - 1)];
  };
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const slopeX = ((height(row, column + 1) - height(row, column - 1)) * (columns - 1)) / 4;
      const slopeY = ((height(row + 1, column) - height(row - 1, column)) * (rows - 1)) / 4;
      const place = [(2 * column) / (columns - 1) - 1, (2 * row) / (rows - 1) - 1, height(row, column)];
      corners.set([...place, -slopeX || 0, -slopeY || 0, 1], 6 * (row * columns + column));
    }
  }
  const triangles = [];
  for (let row = 0; row + 1 < rows; row += 1) {
    for (let column = 0; column + 1 < columns; column += 1) {
      const a = row * columns + column;
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      for (const three of [[a, b, c], [b, d, c]]) {
        if (three.every((corner) => Number.isFinite(shades[corner]))) triangles.push(...three);
      }
    }
  }
  return { corners, triangles: new Uint32Array(triangles) };
}

/** Draws with a graphics card, or what stands in for one. */
export class SurfaceGL {
  kind = "webgl2";
  #triangles = 0;
  #paths = [];

  constructor(gl) {
    this.gl = gl;
    this.surface = program(gl, SURFACE_VERTEX, SURFACE_FRAGMENT);
    this.path = program(gl, PATH_VERTEX, PATH_FRAGMENT);
    this.ball = program(gl, BALL_VERTEX, BALL_FRAGMENT);
    this.meshArray = gl.createVertexArray();
    this.buffers = { mesh: gl.createBuffer(), index: gl.createBuffer(), corner: gl.createBuffer(), balls: gl.createBuffer() };
    this.#begin();
  }

  #begin() {
    const { gl, buffers } = this;
    gl.bindVertexArray(this.meshArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.mesh);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.index);
    this.#attribute(0, 3, 24, 0);
    this.#attribute(1, 3, 24, 12);
    this.ballArray = gl.createVertexArray();
    gl.bindVertexArray(this.ballArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.balls);
    this.#attribute(0, 3, 36, 0);
    this.#attribute(1, 4, 36, 12);
    this.#attribute(2, 2, 36, 28);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.corner);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, -1, 0, 1, 1, -1, 1, 1]), gl.STATIC_DRAW);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, LANDSCAPE);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
    gl.enable(gl.DEPTH_TEST);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  #attribute(location, size, stride, offset, divisor = 0) {
    const { gl } = this;
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(location, divisor);
  }

  setRelief(relief) {
    const { gl } = this;
    const { corners, triangles } = mesh(relief);
    gl.bindVertexArray(this.meshArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.mesh);
    gl.bufferData(gl.ARRAY_BUFFER, corners, gl.STATIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    this.#triangles = triangles.length;
  }

  setPaths(paths) {
    const { gl } = this;
    for (const old of this.#paths) {
      gl.deleteVertexArray(old.array);
      gl.deleteBuffer(old.buffer);
    }
    this.#paths = paths.map(({ run, places }) => {
      const array = gl.createVertexArray();
      const buffer = gl.createBuffer();
      gl.bindVertexArray(array);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.corner);
      this.#attribute(0, 2, 8, 0);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW);
      this.#attribute(1, 3, 12, 0, 1);
      this.#attribute(2, 3, 12, 12, 1);
      const [red, green, blue] = parts(run.colour).map((part) => part / 255);
      return { array, buffer, ink: [red, green, blue], segments: run.length - 1 };
    });
  }

  draw(camera, position, balls, ratio) {
    const { gl } = this;
    const { width, height } = gl.canvas;
    const matrix = camera.matrix(width / height);
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.disable(gl.BLEND);
    gl.useProgram(this.surface.made);
    gl.uniformMatrix4fv(this.surface.at.camera, false, matrix);
    gl.bindVertexArray(this.meshArray);
    gl.drawElements(gl.TRIANGLES, this.#triangles, gl.UNSIGNED_INT, 0);
    gl.enable(gl.BLEND);
    this.#drawPaths(matrix, Math.floor(position + 1e-6), [width, height], ratio);
    this.#drawBalls(matrix, balls, ratio);
  }

  #drawPaths(matrix, step, size, ratio) {
    const { gl, path } = this;
    gl.useProgram(path.made);
    gl.uniformMatrix4fv(path.at.camera, false, matrix);
    gl.uniform2fv(path.at.size, size);
    gl.depthMask(false);
    // What lies behind the hill is hinted at; what is seen has a light edge.
    const passes = [[gl.GREATER, 2.0, null, 0.25], [gl.LEQUAL, 4.2, [1, 1, 1], 0.75], [gl.LEQUAL, 2.2, null, 1]];
    for (const [depth, width, ink, alpha] of passes) {
      gl.depthFunc(depth);
      gl.uniform1f(path.at.width, width * ratio);
      for (const each of this.#paths) {
        gl.uniform4fv(path.at.ink, [...(ink ?? each.ink), alpha]);
        gl.bindVertexArray(each.array);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, Math.min(step, each.segments));
      }
    }
    gl.depthFunc(gl.LEQUAL);
    gl.depthMask(true);
  }

  #drawBalls(matrix, balls, ratio) {
    const { gl, ball } = this;
    const rows = balls.filter(({ place }) => place.every(Number.isFinite)).flatMap(({ run, place, isSelected }) =>
      [...place, ...parts(run.colour).map((part) => part / 255), 1, isSelected ? 19 : 15, run.code]);
    gl.useProgram(ball.made);
    gl.uniformMatrix4fv(ball.at.camera, false, matrix);
    gl.uniform1f(ball.at.ratio, ratio);
    gl.bindVertexArray(this.ballArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.balls);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(rows), gl.DYNAMIC_DRAW);
    gl.drawArrays(gl.POINTS, 0, rows.length / 9);
  }
}

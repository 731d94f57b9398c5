// A surface drawn by WebGL2.

import { BANDS, LANDSCAPE } from "./colours.js";
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
  base = mix(base, round(level) > 8.8 ? vec3(1.0) : vec3(0.08), 0.34 * line);
  float light = dot(normalize(facing), normalize(vec3(-0.35, -0.5, 1.0)));
  colour = vec4(base * (0.72 + 0.32 * max(light, 0.0)), 1.0);
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
  return made;
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

  constructor(gl) {
    this.gl = gl;
    this.program = program(gl, SURFACE_VERTEX, SURFACE_FRAGMENT);
    gl.useProgram(this.program);
    this.camera = gl.getUniformLocation(this.program, "camera");
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    for (const location of [0, 1]) {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, 3, gl.FLOAT, false, 24, 12 * location);
    }
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, LANDSCAPE);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
    gl.enable(gl.DEPTH_TEST);
    gl.clearColor(0, 0, 0, 0);
  }

  setRelief(relief) {
    const { gl } = this;
    const { corners, triangles } = mesh(relief);
    gl.bufferData(gl.ARRAY_BUFFER, corners, gl.STATIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    this.#triangles = triangles.length;
  }

  draw(matrix) {
    const { gl } = this;
    gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniformMatrix4fv(this.camera, false, matrix);
    gl.drawElements(gl.TRIANGLES, this.#triangles, gl.UNSIGNED_INT, 0);
  }
}

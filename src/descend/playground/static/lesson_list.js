// The experiments of the lessons, each with its address and what to see.

function hill(values) {
  return `/?${new URLSearchParams(values)}`;
}

function line(values) {
  return `/?${new URLSearchParams({ room: "line", ...values })}`;
}

const BOWL = { formula: "(5x^2 + y^2)/2", starts: "-2,2.5", window: "-3,3;-3,3", optimizer: "sgd", steps: "60" };
const SINES = { formula: "sin(x) sin(y)", window: "-6.5,6.5;-6.5,6.5", optimizer: "sgd", rate: "0.2", steps: "100" };
const SCATTERED = "-5.6,4.9;-4.4,-5.2;-3.9,1.1;-2.8,5.5;-2.2,-1.3;-1.1,2.6;-0.4,-3.8;0.7,0.5;1.2,5.8;1.9,-1.9;2.6,3.4;3.5,-4.7;4.1,0.8;4.8,-2.7;5.3,4.2;5.9,-5.8";

export const LESSONS = [
  {
    title: "A. One line, two parameters",
    experiments: [
      { name: "Slope and intercept", sentence: "From slope −10, each batch of 32 points pulls the line a little; ten epochs find slope 60.", address: line({ data: "regression", start: "9,-10", rate: "0.1", batch: "32", steps: "30" }) },
      { name: "Small steps", sentence: "At rate 0.1 the path walks straight to the minimum.", address: line({ data: "regression", start: "9,-10", rate: "0.1", steps: "50" }) },
      { name: "Big steps", sentence: "At rate 0.6 it jumps across the valley, and still arrives.", address: line({ data: "regression", start: "9,-10", rate: "0.6", steps: "50" }) },
      { name: "Overshooting", sentence: "At rate 0.8 it overshoots: compare the rate with 2/L, marked on its slider.", address: line({ data: "regression", start: "9,-10", rate: "0.8", steps: "50" }) },
    ],
  },
  {
    title: "B. The error curve, and the matrix form",
    experiments: [
      { name: "The error of a constant", sentence: "The mean squared error of a constant is a parabola; its minimum is the mean.", address: hill({ formula: "(x - 2)^2 + 0.09", starts: "1.1", window: "1,3", optimizer: "sgd", rate: "0.1", steps: "30" }) },
      { name: "Ten steps to a line", sentence: "Ten steps of the full gradient, beside the normal equation’s answer.", address: line({ data: "matrix", rate: "0.1", steps: "10" }) },
      { name: "A hundred steps", sentence: "The same rate, and time enough: descent and the normal equation agree.", address: line({ data: "matrix", rate: "0.1", steps: "100" }) },
    ],
  },
  {
    title: "C. Hills",
    experiments: [
      { name: "Gradient and tangent", sentence: "The arrow points downhill, and shortens as the tangent levels.", address: hill({ formula: "x^4/4 - x^2 + x/3", starts: "1.9", window: "-2.2,2.2", optimizer: "sgd", rate: "0.05", steps: "60" }) },
      { name: "A parabola", sentence: "From every start to the one minimum.", address: hill({ formula: "x^2", starts: "-2.7;-1.4;0.6;1.9;2.8", window: "-3,3", optimizer: "sgd", rate: "0.05", steps: "60" }) },
      { name: "Three minima", sentence: "Two are equally deep, the middle one is not: the start decides.", address: hill({ formula: "x^2 (x^2 - 4)^2/8 + 0.35 exp(-4x^2) - 0.3x^2 + 1", starts: "-2.6;-1.3;-0.5;0.7;1.4;2.6", window: "-2.7,2.7", optimizer: "sgd", rate: "0.02", steps: "120" }) },
      { name: "Sixteen balls", sentence: "sin x sin y has many minima, and each ball finds its own.", address: hill({ ...SINES, starts: SCATTERED }) },
      { name: "Ascent", sentence: "The same hill climbed: plus the gradient instead of minus.", address: hill({ ...SINES, starts: SCATTERED, ascent: "1" }) },
      { name: "Slow", sentence: "Rate 0.02 on a narrow bowl: sure, and far from done.", address: hill({ ...BOWL, rate: "0.02" }) },
      { name: "Good", sentence: "Rate 0.3: both directions settle.", address: hill({ ...BOWL, rate: "0.3" }) },
      { name: "Oscillating", sentence: "Rate 0.39, just below 2/5: across the valley at every step.", address: hill({ ...BOWL, rate: "0.39" }) },
      { name: "Unstable", sentence: "Rate 0.6, above 2/5: each step is twice as long as the last.", address: hill({ ...BOWL, rate: "0.6", steps: "30" }) },
      { name: "Adam against plain descent", sentence: "In Rosenbrock’s bent valley plain descent crawls; the others race it.", address: hill({ formula: "rosenbrock", starts: "-1.5,2", optimizer: "sgd", race: "momentum,adam,rmsprop", rate: "0.001", steps: "2000" }) },
    ],
  },
  {
    title: "D. A line, and a line on a parabola",
    experiments: [
      { name: "A line on a line", sentence: "Rate 0.015, a hundred steps: the loss falls to the noise.", address: line({ data: "line", rate: "0.015", steps: "100" }) },
      { name: "A line on a parabola", sentence: "The descent works, the loss stays high: the model is wrong.", address: line({ data: "parabola", rate: "0.015", steps: "100" }) },
      { name: "The polynomial that fixes it", sentence: "Degree 2, and the loss is as low as the noise allows.", address: line({ data: "parabola", degree: "2", rate: "0.05", steps: "300" }) },
    ],
  },
  {
    title: "E. Stochastic, mini-batch, momentum",
    experiments: [
      { name: "Point by point, too slow", sentence: "One point a step at rate 6.5×10⁻⁷: the slope has hardly moved.", address: line({ data: "slope", rate: "0.00000065", batch: "1", steps: "150" }) },
      { name: "Point by point, right", sentence: "Ten times the rate, and 150 points are enough.", address: line({ data: "slope", rate: "0.0000065", batch: "1", steps: "150" }) },
      { name: "Point by point, oscillating", sentence: "Ten times more: each point pulls the line to itself.", address: line({ data: "slope", rate: "0.000065", batch: "1", steps: "150" }) },
      { name: "Batches of five", sentence: "The mean of five points at the highest of these rates: smoother.", address: line({ data: "slope", rate: "0.000065", batch: "5", steps: "100" }) },
      { name: "Momentum", sentence: "The slowest rate with a coefficient of 0.9: ten steps’ worth of gradient is carried on.", address: line({ data: "slope", optimizer: "momentum", rate: "0.00000065", batch: "5", steps: "100", "momentum.mu": "0.9" }) },
      { name: "RMSProp", sentence: "Each parameter has a rate of its own.", address: line({ data: "slope", optimizer: "rmsprop", rate: "0.05", batch: "5", steps: "200" }) },
      { name: "Out of a shallow minimum", sentence: "Momentum carries the ball over a ridge that stops plain descent.", address: hill({ formula: "(x^2 + y^2)/20 + sin(2x)/2", starts: "4.6,2", optimizer: "momentum", race: "sgd", rate: "0.1", steps: "200", window: "-6,6;-4,4" }) },
    ],
  },
  {
    title: "F. A cubic for a sine",
    experiments: [
      { name: "Two thousand steps", sentence: "A cubic bends to a sine: near 0.857 x − 0.093 x³.", address: line({ data: "sine", degree: "3", rate: "0.002", steps: "2000", pair: "1,3" }) },
      { name: "With absolute loss", sentence: "Another loss, another compromise at the ends.", address: line({ data: "sine", degree: "3", loss: "absolute_error", rate: "0.002", steps: "2000", pair: "1,3" }) },
      { name: "Scaled powers", sentence: "The same fit with its columns scaled: a tenth of the steps.", address: line({ data: "sine", degree: "3", rate: "0.05", steps: "200", scaling: "1", pair: "1,3" }) },
      { name: "Too long a wave", sentence: "From −4π to 4π a cubic cannot follow, however long it descends.", address: line({ data: "wave", degree: "3", rate: "0.05", steps: "300", scaling: "1" }) },
      { name: "Degree nine", sentence: "More bends, and still short of the wave’s eight: the model sets the limit.", address: line({ data: "wave", degree: "9", rate: "0.05", steps: "3000", scaling: "1" }) },
    ],
  },
];

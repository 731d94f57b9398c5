// The one clock of the page: where in its steps a descent is shown, and when to draw.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the reader asked for less motion. */
export const isCalm = () => calm.matches;

export const SLOWEST = 2;
export const FASTEST = 500;
const SECONDS = 6;

/** Plays steps at a speed; draws at most once a frame, and never while nothing changes. */
export class Player {
  steps = 0;
  position = 0;
  speed = 30;
  isSpeedChosen = false;
  isPlaying = false;
  #frame = 0;
  #then = 0;
  #listeners = { draw: () => {}, state: () => {} };

  /** Let a room take the clock: what draws, and what is told when playing begins or ends. */
  attach(draw, state) {
    this.pause();
    this.#listeners = { draw, state };
  }

  /** Draw soon. */
  invalidate() {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  /** Take a new number of steps; at the end or in the middle, stay there. */
  extend(steps) {
    const share = this.steps > 0 ? this.position / this.steps : 1;
    this.steps = steps;
    // Until the reader chooses a speed, any descent takes a few seconds.
    if (!this.isSpeedChosen) this.speed = Math.min(Math.max(steps / SECONDS, SLOWEST), FASTEST);
    this.position = this.isPlaying ? Math.min(this.position, steps) : Math.round(share * steps);
    this.invalidate();
  }

  /** Begin at the start; with reduced motion, show the end. */
  replay() {
    this.position = isCalm() ? this.steps : 0;
    if (isCalm()) this.#set(false);
    else this.play();
    this.invalidate();
  }

  play() {
    if (isCalm()) {
      this.seek(this.position >= this.steps ? 0 : this.steps);
      return;
    }
    if (this.position >= this.steps) this.position = 0;
    this.#then = 0;
    this.#set(true);
  }

  pause() {
    this.#set(false);
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  /** Go to a step, and stay there. */
  seek(position) {
    this.pause();
    this.position = Math.min(Math.max(position, 0), this.steps);
    this.invalidate();
  }

  /** Go so many whole steps on, or back. */
  step(by) {
    const whole = by > 0 ? Math.floor(this.position + 1e-6) : Math.ceil(this.position - 1e-6);
    this.seek(whole + by);
  }

  #set(isPlaying) {
    this.isPlaying = isPlaying;
    this.#listeners.state(isPlaying);
    this.invalidate();
  }

  #tick(now) {
    this.#frame = 0;
    if (this.isPlaying) {
      const elapsed = this.#then ? Math.min(now - this.#then, 100) : 0;
      this.#then = now;
      this.position = Math.min(this.position + (elapsed / 1000) * this.speed, this.steps);
      if (this.position >= this.steps) this.#set(false);
      else this.invalidate();
    }
    this.#listeners.draw(this.position);
  }
}

export const player = new Player();

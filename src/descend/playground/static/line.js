export class LineRoom { constructor() { this.node = document.createElement("section"); } enter() {} leave() {} }

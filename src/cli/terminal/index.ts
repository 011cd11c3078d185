export { type Look, lookOf, type Paint, plainPaint, type Tone } from "./look.ts";
export { paragraph } from "./paragraph.ts";
export { passwordErrors, readPassword } from "./password.ts";
export { type Cell, type Column, facts, flow, layout, lines, table } from "./table.ts";
export { bitRate, bytes, count, plural, printable } from "./units.ts";
export { watch } from "./watch.ts";

export { StreamWriter } from "./stream-writer.ts";

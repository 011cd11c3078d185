/** A sentence in lines of at most `width` columns; a word that is longer has a line of its own. */
export function paragraph(
  text: string,
  width: number,
  indent = "  ",
  paint: (line: string) => string = (line) => line,
): string[] {
  const room = width - indent.length;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => indent + paint(line));
}

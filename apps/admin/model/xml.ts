/**
 * XML in lines, indented by two for reading. It takes no part in what the text means: text between tags stays in its
 * line, and what is no XML comes out as it went in.
 */
export function indented(xml: string): string {
  // An element without children, with its text; or any tag; or text beside tags.
  const parts = xml.trim().match(/<([^\s<>/?!]+)(?:\s[^<>]*)?>[^<]*<\/\1>|<[^>]*>|[^<]+/g);
  if (!parts) return xml;
  let depth = 0;
  return parts
    .filter((part) => part.trim())
    .map((part) => {
      if (part.startsWith("</")) depth = Math.max(0, depth - 1);
      const line = "  ".repeat(depth) + part;
      if (isOpening(part)) depth++;
      return line;
    })
    .join("\n");
}

function isOpening(part: string): boolean {
  return /^<[^/?!][^<]*[^/]>$|^<[^/?!]>$/.test(part);
}

/** A receiver's URL, taken apart. */
export interface Target {
  /** Without user and password; undefined if it is not http or https. */
  readonly url: string | undefined;
  /** From the URL's user and password. */
  readonly authorization: string | undefined;
  /** "host:port", all of it that lines and alarms may show: a query may hold a token. */
  readonly where: string;
}

export function parseTarget(text: string): Target {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return { url: undefined, authorization: undefined, where: "no URL" };
  const where = `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
  const authorization = basic(url.username, url.password);
  url.username = "";
  url.password = "";
  url.hash = "";
  return { url: url.href, authorization, where };
}

function basic(user: string, password: string): string | undefined {
  if (!user && !password) return undefined;
  return `Basic ${Buffer.from(`${decode(user)}:${decode(password)}`).toString("base64")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import type { ObjectReader, StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { flagField, numberField, textField } from "../fields.ts";
import type { LdapServer } from "./connection.ts";
import { checkedFilter } from "./filter.ts";
import { type Mapping, parseMapping } from "./mapping.ts";

/** An ldapSource with everything that it names. */
export interface LdapSource {
  readonly id: string;
  readonly server: LdapServer;
  readonly baseDn: string;
  /** In brackets, checked. */
  readonly filter: string;
  readonly tenant: string | undefined;
  readonly nonMemberAccess: boolean;
  readonly mapping: UserMapping;
}

export interface UserMapping {
  readonly jid: Mapping;
  readonly name: Mapping | undefined;
  readonly email: Mapping;
  readonly cdrTag: Mapping | undefined;
  readonly authenticationId: Mapping | undefined;
  readonly coSpaceUri: Mapping | undefined;
  readonly coSpaceSecondaryUri: Mapping | undefined;
  readonly coSpaceName: Mapping | undefined;
  readonly coSpaceCallId: Mapping | undefined;
}

/** Undefined if it, its server or its mapping is gone. Throws LDAP_MAPPING_WRONG or LDAP_FILTER_WRONG. */
export async function loadSource(reader: ObjectReader, id: string): Promise<LdapSource | undefined> {
  const source = await reader.get("ldapSource", id);
  const server = source && (await reader.get("ldapServer", textField(source, "server") ?? ""));
  const mapping = source && (await reader.get("ldapMapping", textField(source, "mapping") ?? ""));
  if (!source || !server || !mapping) return undefined;
  return {
    id,
    server: serverOf(server),
    baseDn: textField(source, "baseDn") ?? "",
    filter: checkedFilter(textField(source, "filter")),
    tenant: textField(source, "tenant"),
    nonMemberAccess: flagField(source, "nonMemberAccess", true),
    mapping: mappingOf(mapping),
  };
}

export function serverOf(object: StoredObject): LdapServer {
  const secure = flagField(object, "secure", false);
  return {
    id: object.id,
    address: textField(object, "address") ?? "",
    portNumber: numberField(object, "portNumber", secure ? 636 : 389),
    secure,
    startTls: flagField(object, "startTls", false),
    username: textField(object, "username"),
    password: textField(object, "password"),
    usePagedResults: flagField(object, "usePagedResults", true),
    caCertificate: textField(object, "caCertificate"),
  };
}

function mappingOf(object: StoredObject): UserMapping {
  const of = (name: string) => {
    const text = textField(object, `${name}Mapping`);
    return text === undefined ? undefined : parseMapping(text);
  };
  const jid = of("jid");
  if (!jid?.attributes.length)
    throw fail("LDAP_MAPPING_WRONG", { mapping: "jidMapping", why: "it names no attribute" });
  return {
    jid,
    name: of("name"),
    email: of("email") ?? parseMapping("$mail$"),
    cdrTag: of("cdrTag"),
    authenticationId: of("authenticationId"),
    coSpaceUri: of("coSpaceUri"),
    coSpaceSecondaryUri: of("coSpaceSecondaryUri"),
    coSpaceName: of("coSpaceName"),
    coSpaceCallId: of("coSpaceCallId"),
  };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedFilter, escapeFilterValue } from "./filter.ts";
import { parseMapping } from "./mapping.ts";

const ADA = new Map([
  ["mail", "ada.lovelace@example.com"],
  ["samaccountname", "Ada"],
  ["cn", "Lovelace, Ada (Eng'g)"],
]);

test("attributes stand between dollar signs, whatever their case; a replacement is sed's", () => {
  const cases: [string, string | undefined][] = [
    ["$sAMAccountName$@example.com", "Ada@example.com"],
    ["$mail|'/@.*$//'$", "ada.lovelace"],
    ["$mail|'/[.]/_/g'$", "ada_lovelace@example_com"],
    ["$mail|'/[.]/_/'$", "ada_lovelace@example.com"],
    ["$cn|'/^(.*), (\\w+).*$/\\2 \\1/'$", "Ada Lovelace"],
    ["$cn|'#Eng\\'g#Eng#'$", "Lovelace, Ada (Eng)"],
    ["$mail|'/@/ [\\0] /'$", "ada.lovelace [@] example.com"],
    ["$missing$", undefined],
    ["$missing$@example.com", undefined],
    ["$cn$ <$mail$>", "Lovelace, Ada (Eng'g) <ada.lovelace@example.com>"],
    ["fixed", "fixed"],
  ];
  for (const [mapping, wanted] of cases) {
    assert.equal(parseMapping(mapping).apply(ADA), wanted, mapping);
  }
});

test("a mapping that is not well formed is refused", () => {
  for (const mapping of [
    "$",
    "$mail",
    "a$b",
    "$1$",
    "$mail|'/x/'$",
    "$mail|'/(/x/'$",
    "$mail|'/a/b/x'$",
    "x".repeat(501),
  ])
    assert.throws(() => parseMapping(mapping), { code: "LDAP_MAPPING_WRONG" }, mapping);
});

test("a slow pattern is not given more than a kilobyte", () => {
  const long = new Map([["cn", "a".repeat(100_000)]]);
  assert.equal(parseMapping("$cn|'/a/b/g'$").apply(long)?.length, 1024);
});

test("the entry of a jid is searched by a filter in which nothing of the jid has a meaning", () => {
  const filter = (mapping: string, jid: string) => parseMapping(mapping).filterFor(jid);
  assert.equal(filter("$sAMAccountName$@example.com", "ada@EXAMPLE.com"), "(samaccountname=ada)");
  assert.equal(filter("$uid$@x.y", "a)(uid=*)(cn=\\\0*@x.y"), "(uid=a\\29\\28uid=\\2a\\29\\28cn=\\5c\\00\\2a)");
  assert.equal(filter("$uid$@x.y", "ada@elsewhere"), undefined);
  assert.equal(filter("$uid$@x.y", "@x.y"), undefined);
  assert.equal(filter("$mail|'/a/b/'$", "x"), undefined, "cannot be turned round");
  assert.equal(filter("$uid$.$cn$", "x.y"), undefined);
});

test("a value in a filter is escaped as RFC 4515 has it", () => {
  assert.equal(escapeFilterValue("Bob (the) B*ilder\\"), "Bob \\28the\\29 B\\2ailder\\5c");
  assert.equal(escapeFilterValue("Lučić"), "Lučić");
});

test("filters are checked before any server is asked", () => {
  assert.equal(checkedFilter(undefined), "(objectClass=*)");
  assert.equal(checkedFilter("objectClass=person"), "(objectClass=person)");
  assert.equal(checkedFilter("(&(a=b)(!(c=d)))"), "(&(a=b)(!(c=d)))");
  for (const filter of ["(a=b", "(&(a=b)", "(a=b))", "nonsense"])
    assert.throws(() => checkedFilter(filter), { code: "LDAP_FILTER_WRONG" }, filter);
});

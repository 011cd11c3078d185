import { FAILURES, ROUTES, type Route, templateOf } from "#api";
import { type Field, formOf, NOUNS, type Noun } from "#api-schema";

/** The pages of docs/api, by path, made from the nouns, the routes and the failure codes. */
export function apiPages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/api/README.md", `${RULES}\n${pathsSection()}\n${failuresSection()}\n${lackingSection()}`],
    ["docs/api/objects.md", objectsPage()],
  ]);
}

const RULES = `# The API

Made from the code by \`npm run docs\`. The meeting server answers the REST API of Cisco Meeting Server (CMS) below \`/api/v1\` on its administration port, so that scripts written for it can drive this one. [objects.md](objects.md) has every object with its parameters; \`GET /api/v1/openapi.json\` is the same for programs (OpenAPI 3.1).

\`\`\`sh
curl -u api https://meeting.example.com:445/api/v1/coSpaces?filter=sales
curl -u api https://meeting.example.com:445/api/v1/coSpaces -d name=Sales -d callId=239017747
curl -u api -H 'Accept: application/json' https://meeting.example.com:445/api/v1/turnServers
\`\`\`

## Rules

- **Who may.** HTTP Basic with an account of the administration (\`turnpike admin add\`). Roles \`admin\` and \`api\` may do everything here, \`read-only\` may GET. Without an account: 401 with \`Basic realm="acano"\`.
- **Methods.** GET, POST, PUT, DELETE. Success is always 200; POST, PUT and DELETE answer with an empty body, POST with \`Location: /api/v1/<collection>/<id>\`.
- **Answers.** XML as in CMS, or JSON with \`Accept: application/json\` and nothing else in it (libraries that add \`*/*\` get XML): \`{"coSpaces": {"total": 1, "coSpace": [{"id": "…", "name": "…"}]}}\`, one object \`{"coSpace": {"id": "…", "name": "…"}}\`. What may occur several times is an array in JSON. A write-only secret that is set shows as \`"passwordPresent": true\` in JSON only.
- **Parameters.** Form text in the body, as in CMS; also a JSON object, or XML as it was given out (no document type, no entities), alone or inside its noun. The content type need not be right. At most 1 MiB and 500 parameters. A parameter that nobody knows is a \`parameterError\`, so that nothing that was meant is lost unseen; names that begin with _ in a query are not looked at.
- **Omitted and empty.** In PUT a parameter that is left out stays as it is; an empty one (\`tenant=\`, JSON \`null\`) is unset.
- **Lists.** \`offset\` and \`limit\`; a page has 20 objects (calls, call legs and participants: 10) unless \`limit\` says otherwise, and never more than 1000. \`total\` counts all that match. \`filter=\` finds text whatever its case; each reference has a filter of its own (\`tenantFilter\`, \`callLegProfileFilter\`, …), users also \`emailFilter\` and \`cdrTagFilter\`; profiles have \`usageFilter=referenced|unreferenced\`.
- **Leniency.** Paths and parameter names in any case, slashes doubled and at the end, a trailing question mark.
- **Two at once.** GET, POST and PUT of an object give its \`ETag\`. With \`If-Match\` a PUT or DELETE of an object that was changed meanwhile is refused with 412 \`changedMeanwhile\`.
- **Failures.** 400 for what is wrong in the request, 404 for an id in the path that is not there, 503 while the storage cannot be used: \`<?xml version="1.0"?><failureDetails><coSpaceDoesNotExist /></failureDetails>\`. A wrong parameter is \`<parameterError parameter="callId" error="invalidValue" />\`; \`error\` is one of invalidValue, valueTooLong, missing, readOnly, duplicate, unrecognizedParameter. JSON has the same with a sentence: \`{"failureDetails": {"code": "parameterError", "parameter": "callId", "error": "invalidValue", "text": "1 to 20 digits"}}\`.
- **Event log.** Each change is a line: \`10.1.1.1: API user "api" modified coSpace <id>\`. With detailed tracing of \`api\` on, each request and answer too, without secrets.

## Where it differs from CMS

- There is no SIP, no recording, no layout made by the server. Parameters for these are taken, kept and given back, and marked "no effect" in [objects.md](objects.md), so that scripts that set them go on working; setting \`recording\` or \`streaming\` of a call is refused.
- A call is always that of a space: POST of \`calls\` needs \`coSpace\`. Participants cannot be called (\`remoteParty\`): \`invalidOperation\`.
- Who waits in the lobby has \`state\` connected and \`deactivated\` true, as a waiting call leg has in CMS.
- A \`callLegProfile\` given to a call leg or participant lends it its parameters as they are at that moment.
- Message boards are gone since CMS 3.0: POST of \`coSpaces/<id>/messages\` shows the text in the space's call, and is refused with \`callDoesNotExist\` if there is none.
- \`users\` can also be made, changed and deleted; those of a directory only come and go with it. Members (\`coSpaceUsers\`) are found by the user's id too.
- \`coSpaces\` get a callId unless \`requireCallId=false\`, and a link secret whenever there is a callId.
- Filters of call legs for layouts (\`activeLayoutFilter\`, \`availableVideoStreams…\`) are not known: a list that is not filtered would be a wrong answer.
- \`url\` is taken for the \`uri\` of a CDR receiver.
- A call leg has the alarm packetLoss above 5 %, excessiveJitter above 100 ms, highRoundTripTime above 400 ms.
`;

function pathsSection(): string {
  const rows = ROUTES.filter(({ lacking }) => !lacking).map((route) => {
    const help = route.extension ? `${route.help} Not in CMS.` : route.help;
    return `| \`${templateOf(route.path).path}\` | ${Object.keys(route.methods).join(" ")} | ${cell(help)} |`;
  });
  return `## Paths\n\n| path | methods | what |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function failuresSection(): string {
  const rows = FAILURES.map(({ code, text, ours }) => `| \`${code}\` | ${ours ? "no" : "yes"} | ${cell(text)} |`);
  return `## Failure codes\n\n| code | in the list of CMS | meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
}

/** Reason by reason, with the shortest path of each family. */
function lackingSection(): string {
  const byReason = new Map<string, string[]>();
  for (const { path, help } of ROUTES.filter(({ lacking }) => lacking)) {
    const paths = byReason.get(help) ?? [];
    if (!paths.some((shorter) => path.startsWith(`${shorter}/`))) paths.push(path);
    byReason.set(help, paths);
  }
  const rows = [...byReason].map(([why, paths]) => {
    const names = paths.map((path) => `\`${templateOf(path).path}\``).join(", ");
    return `| ${names} | ${cell(why)} |`;
  });
  return `## What CMS has and this has not\n\nEvery method answers \`invalidOperation\`. Paths that CMS has not either are \`unrecognizedObject\`.\n\n| paths | why |\n|---|---|\n${rows.join("\n")}\n`;
}

function objectsPage(): string {
  const intro =
    "# Objects of the API\n\nMade from the code by `npm run docs`. Calls, call legs, participants and the system's status are in [README.md](README.md#paths).\n";
  return [intro, ...[...NOUNS.values()].map(nounSection)].join("\n");
}

function nounSection(noun: Noun): string {
  const path = ROUTES.find((route: Route) => route.help === noun.help)!.path;
  const notes = [
    noun.help,
    noun.extension ? "Not in CMS." : "",
    noun.limit ? `There may be ${noun.limit}.` : "",
    noun.ignored ? `Taken without effect: ${noun.ignored.map((name) => `\`${name}\``).join(", ")}.` : "",
  ];
  const rows = noun.fields.filter((field) => !field.internal).map(fieldRow);
  const table = rows.length
    ? `\n| parameter | takes | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`
    : "\nIt has no parameters.\n";
  return `## ${noun.plural}\n\n\`/api/v1/${templateOf(path).path}\`. ${notes.filter(Boolean).join(" ")}\n${table}`;
}

function fieldRow(field: Field): string {
  const marks = [
    field.required ? "required" : "",
    field.readOnly ? "read only" : "",
    field.secret === "write-only" ? "never given out" : "",
    field.inert ? "no effect" : "",
    field.extension ? "not in CMS" : "",
  ].filter(Boolean);
  const notes = marks.length > 0 ? ` (${marks.join(", ")})` : "";
  const fallback = field.default === undefined ? "" : `\`${field.default}\``;
  return `| \`${field.name}\` | ${cell(formOf(field))} | ${fallback} | ${cell(field.help)}${notes} |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

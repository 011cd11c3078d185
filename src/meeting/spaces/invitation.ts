import { type MeetingLink, readableCallId } from "./links.ts";

export interface Invitation {
  readonly subject: string;
  /** Plain text; lines end in \n. */
  readonly text: string;
}

interface Words {
  readonly subject: (space: string) => string;
  readonly opening: (space: string) => string;
  readonly link: string;
  readonly byHand: (joinHost: string) => string;
  readonly callId: string;
  readonly passcode: string;
  readonly asked: string;
  readonly hosts: string;
}

const ENGLISH: Words = {
  subject: (space) => `Invitation: ${space}`,
  opening: (space) => `You are invited to the meeting "${space}".`,
  link: "Join with this link, in any browser:",
  byHand: (joinHost) => `Or open https://${joinHost} and type:`,
  callId: "Meeting ID",
  passcode: "Passcode",
  asked: "(ask the host)",
  hosts: "This link makes you a host: do not pass it on.",
};

const PORTUGUESE: Words = {
  subject: (space) => `Convite: ${space}`,
  opening: (space) => `Você foi convidado para a reunião "${space}".`,
  link: "Entre por este link, em qualquer navegador:",
  byHand: (joinHost) => `Ou abra https://${joinHost} e digite:`,
  callId: "ID da reunião",
  passcode: "Senha",
  asked: "(peça ao anfitrião)",
  hosts: "Este link faz de você um anfitrião: não o repasse.",
};

export interface InvitationOptions {
  readonly joinHost: string;
  /** "pt_BR", "pt-BR", "en_GB"...; English if it is none of ours. */
  readonly language?: string;
  /** The link lets its holder steer the meeting. */
  readonly forHosts?: boolean;
}

/** What "copy invitation" copies, for one way into the space. */
export function invitation(space: string, link: MeetingLink, options: InvitationOptions): Invitation {
  const words = /^pt\b|^pt[_-]/i.test(options.language ?? "") ? PORTUGUESE : ENGLISH;
  const passcode = link.passcodeUnknown ? words.asked : link.passcode;
  const lines = [
    words.opening(space),
    "",
    words.link,
    link.url,
    ...(options.forHosts ? [words.hosts] : []),
    "",
    words.byHand(options.joinHost),
    `${words.callId}: ${readableCallId(link.callId)}`,
    ...(passcode === undefined ? [] : [`${words.passcode}: ${passcode}`]),
  ];
  return { subject: words.subject(space), text: `${lines.join("\n")}\n` };
}

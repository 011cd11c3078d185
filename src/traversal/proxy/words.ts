import type { RefusalCode } from "./errors.ts";
import type { Language } from "./language.ts";

interface Words {
  readonly title: string;
  /** The page comes again by itself. */
  readonly retries: string;
  readonly code: string;
  readonly trace: string;
  readonly refused: string;
  readonly refusals: Readonly<Partial<Record<RefusalCode, string>>>;
}

const NOT_ACCEPTED = "Este pedido não foi aceito.";

/** What the pages say. In English the sentences of the codes are those of `errors.ts`. */
export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: "Meeting",
    retries: "This page tries again by itself.",
    code: "Code",
    trace: "Trace",
    refused: "This request was not accepted.",
    refusals: {},
  },
  "pt-BR": {
    title: "Reunião",
    retries: "Esta página tenta de novo sozinha.",
    code: "Código",
    trace: "Rastreio",
    refused: NOT_ACCEPTED,
    refusals: {
      EDGE_TUNNEL_DOWN: "O serviço de reuniões não pode ser alcançado a partir da borda no momento.",
      CORE_WEB_BRIDGE_UNREACHABLE:
        "O servidor de reuniões não responde no momento: o administrador pode resolver isso.",
      CORE_ALLOW_LIST_REFUSED: "Este endereço não faz parte do serviço de reuniões.",
      PROXY_UPSTREAM_TIMEOUT: "O servidor de reuniões demorou demais para responder: tente de novo em instantes.",
      PROXY_BAD_REQUEST: NOT_ACCEPTED,
      PROXY_BAD_FRAMING: NOT_ACCEPTED,
      PROXY_BAD_ORIGIN: NOT_ACCEPTED,
      PROXY_METHOD_REFUSED: NOT_ACCEPTED,
      PROXY_MISDIRECTED: NOT_ACCEPTED,
      PROXY_UNKNOWN_HOST: "Não há nada aqui.",
      PROXY_TOO_MANY_REQUESTS: "Houve pedidos demais da sua rede: tente de novo em instantes.",
      PROXY_CERTIFICATE_NAME:
        "O certificado do serviço de reuniões não contém este endereço: o administrador pode resolver isso.",
      PROXY_TOO_LARGE: "Isto é grande demais para ser enviado aqui.",
    },
  },
};

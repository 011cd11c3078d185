import type { Strings } from "../en/index.ts";

export const shell: Strings["shell"] = {
  product: "Administração do Turnpike",
  skip: "Ir para o conteúdo",
  menu: "Menu",
  navigation: "Páginas",
  trail: "Onde esta página fica",
  account: "Sua conta",
  signOut: "Sair",
  close: "Fechar",
  cancel: "Cancelar",
  save: "Salvar",
  edit: "Editar",
  create: "Criar",
  retry: "Tentar de novo",
  loading: "Carregando…",
  previous: "Anterior",
  next: "Próxima",
  range: (first, last, total) => (total === 0 ? "Nenhum" : `${first}–${last} de ${total.toLocaleString("pt-BR")}`),
  copyFailed: "O navegador não deixou copiar. Selecione o texto e copie à mão.",
  copy: "Copiar",
  copied: "Copiado",
  away: "O servidor de reuniões não responde. O que se vê pode estar desatualizado; ele é consultado de novo sozinho.",
  dismiss: "Dispensar",
  notFound: "Esta página não existe",
  notFoundText: "O endereço pode estar errado, ou o que ele mostrava foi excluído.",
  toStart: "Ir para Status > Geral",
  leaveTitle: "Sair sem salvar?",
  leaveText: "Suas mudanças nesta página não foram salvas.",
  leave: "Sair",
  ago: (time) => `há ${time}`,
  groups: { status: "Status", configuration: "Configuração", logs: "Registros" },
  pages: {
    general: "Geral",
    calls: "Chamadas",
    alarms: "Alarmes",
    spaces: "Espaços",
    users: "Usuários",
    turnServers: "Servidores TURN",
    webBridges: "Web Bridges",
    api: "API",
    eventLog: "Registro de eventos",
    tracing: "Rastreamento detalhado",
    audit: "Auditoria",
  },
};

export const signIn: Strings["signIn"] = {
  title: "Entrar",
  intro: "Isto é para administradores do servidor de reuniões.",
  username: "Usuário",
  password: "Senha",
  code: "Código do seu autenticador",
  codeHint: "Seis dígitos, do aplicativo em que você o configurou.",
  submit: "Entrar",
  missing: "Digite o usuário e a senha.",
  expired: "A sessão terminou: nada foi feito por um tempo, ou sua conta mudou. Entre de novo para continuar.",
  signedOut: "Você saiu.",
  waitSeconds: (seconds) =>
    seconds > 90 ? `Tente de novo em ${Math.ceil(seconds / 60)} minutos.` : `Tente de novo em ${seconds} segundos.`,
};

export const account: Strings["account"] = {
  title: "Sua conta",
  role: { admin: "Administrador: tudo", api: "Só a API", "read-only": "Só vê, não muda nada" },
  totpTitle: "Entrada com código",
  totpOff: "Além da senha, um código de seis dígitos de um aplicativo autenticador pode ser pedido a cada entrada.",
  totpOn: "Além da senha, um código do seu aplicativo autenticador é pedido a cada entrada.",
  begin: "Configurar",
  scan: "Leia isto com o aplicativo autenticador e digite o código que ele mostra.",
  byHand: "Ou digite esta chave no aplicativo:",
  qr: "Código QR para o aplicativo autenticador",
  code: "Código de seis dígitos",
  confirm: "Ligar",
  confirmed: "A partir de agora um código é pedido a cada entrada.",
  turnOff: "Desligar",
  turnOffTitle: "Desligar a entrada com código?",
  password: "Sua senha",
  turnedOff: "A entrada não precisa mais de código.",
  passwordTitle: "Senha",
  passwordNow: "Senha atual",
  passwordNew: "Nova senha",
  passwordHint: "No mínimo 10 caracteres. Algumas palavras ao acaso são o melhor.",
  passwordChange: "Mudar a senha",
  passwordChanged: "Sua senha mudou. Suas outras sessões terminaram.",
};

export const failures: Strings["failures"] = {
  parameter: (name, what) => `${name}: ${what}`,
  other: (code) => `O servidor recusou isto (${code}).`,
  parameterErrors: {
    invalidValue: "este valor não é aceito.",
    missing: "é preciso um valor.",
    valueTooLong: "isto é longo demais.",
    duplicate: "outro objeto já tem este valor.",
    readOnly: "só o servidor o define.",
    unrecognizedParameter: "não existe tal parâmetro.",
  },
  sentences: {
    APP_SERVER_AWAY: "O servidor de reuniões não responde.",
    APP_ANSWER_UNREADABLE: "A resposta não pôde ser lida. Um proxy no caminho pode tê-la enviado.",
    ADMIN_SIGN_IN_FAILED: "Usuário ou senha errados.",
    ADMIN_CODE_WRONG: "O código está errado, já foi usado ou é antigo demais.",
    ADMIN_LOCKED_OUT: "Senhas erradas demais para esta conta a partir desta rede.",
    ADMIN_TOO_MANY_REQUESTS: "Tentativas demais a partir desta rede.",
    ADMIN_API_ONLY: "Uma conta com o papel api não entra nas páginas.",
    ADMIN_NO_ACCOUNTS: "Ninguém pode entrar: ainda não há administrador.",
    ADMIN_FORBIDDEN: "O seu papel não permite isto.",
    HTTP_403: "O seu papel não permite isto.",
    HTTP_404: "Isto não existe, ou não existe mais.",
    HTTP_413: "Isto é grande demais.",
    HTTP_429: "Pedidos demais. Espere um pouco.",
    HTTP_503: "O armazenamento não pode ser lido no momento.",
    databaseNotReady: "O armazenamento não pode ser lido no momento.",
    changedMeanwhile: "Outra pessoa mudou isto nesse meio-tempo.",
    insufficientRights: "O seu papel não permite isto.",
    invalidOperation: "Isto não pode ser feito com este objeto.",
    unrecognizedObject: "O servidor não conhece este tipo de objeto.",
    duplicateCoSpaceId: "Outro espaço já tem este ID de reunião.",
    duplicateCoSpaceUri: "Outro espaço já tem este URI.",
    duplicateCoSpaceIdPasscode: "Um acesso a este espaço com este ID de reunião tem a mesma senha.",
    duplicateCoSpaceUriPasscode: "Um acesso a este espaço com este URI tem a mesma senha.",
    duplicateCallBridgeName: "Outro Call Bridge já tem este nome.",
    passcodeTooShort: "A senha é curta demais.",
    participantLimitReached: "A chamada está cheia.",
    tooManyCdrReceivers: "Pode haver no máximo quatro receptores de CDR.",
    tooManyLdapSyncs: "Há sincronizações LDAP demais ao mesmo tempo.",
    coSpaceDoesNotExist: "Este espaço não existe, ou não existe mais.",
    accessMethodDoesNotExist: "Este método de acesso não existe, ou não existe mais.",
    userDoesNotExist: "Não existe tal usuário.",
    callDoesNotExist: "Esta chamada terminou.",
    callLegDoesNotExist: "Este participante saiu.",
    participantDoesNotExist: "Este participante saiu.",
    callLegProfileDoesNotExist: "Não existe tal perfil de participante.",
    callProfileDoesNotExist: "Não existe tal perfil de chamada.",
    turnServerDoesNotExist: "Este servidor TURN não existe, ou não existe mais.",
    webBridgeDoesNotExist: "Este Web Bridge não existe, ou não existe mais.",
  },
  problem: (problem) => {
    switch (problem.what) {
      case "missing":
        return "É preciso um valor.";
      case "notANumber":
        return "Digite um número inteiro.";
      case "notAnId":
        return "Escolha um objeto, ou digite o id dele.";
      case "tooLong":
        return `No máximo ${problem.max} caracteres.`;
      case "outOfRange":
        return Number.isFinite(problem.max)
          ? `Digite um número de ${problem.min} a ${problem.max}.`
          : `Digite um número a partir de ${problem.min}.`;
      case "form":
        return `Deve ter esta forma: ${problem.form}.`;
    }
  },
};

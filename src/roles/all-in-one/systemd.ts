/** A role as a service of systemd(1): what it may do, and nothing else. */
export interface Service {
  /** The role, and the name of its folder and YAML file. */
  readonly role: "edge" | "core" | "meeting-server";
  readonly about: string;
  /** It binds ports below 1024, which takes a capability. */
  readonly lowPorts: boolean;
  readonly places?: Partial<Places>;
}

export interface Places {
  /** Where `npm ci --omit=dev` was run. Root's, and only read. */
  readonly program: string;
  /** Under it each role has its folder, the one place where it writes. */
  readonly home: string;
}

/** The account that all roles run as; each machine has its own. */
export const ACCOUNT = "turnpike";

export const PLACES: Places = { program: "/opt/turnpike", home: "/var/lib/turnpike" };

/** What the command line of the unit runs: Node of the program's folder, without a shell or a wrapper between. */
export function commandOf({ role, places }: Pick<Service, "role" | "places">): readonly string[] {
  const { program, home } = { ...PLACES, ...places };
  const own = `${home}/${role}`;
  return [
    `${program}/node_modules/.bin/node`,
    ...(role === "edge" ? filesOf(program, own) : []),
    `${program}/src/main.ts`,
    ...[role, "--config", `${own}/${role}.yaml`],
  ];
}

/**
 * Node's permission model: a path that leads out of these reads and writes nothing, whatever a request makes of it. It is no
 * wall against code that runs already (docs/decisions/0010); the rest of the unit is. Workers inherit it.
 */
function filesOf(program: string, own: string): readonly string[] {
  const read = [program, own, "/tmp", "/proc", "/etc/hosts", "/etc/resolv.conf"];
  return [
    ...["--permission", "--allow-addons", "--allow-child-process"],
    // They say that these two flags weaken the model, which is known, and are no lines of our log.
    ...["--disable-warning=PERM0001", "--disable-warning=PERM0002"],
    ...read.map((path) => `--allow-fs-read=${path}`),
    ...[own, "/tmp"].map((path) => `--allow-fs-write=${path}`),
  ];
}

/** Capabilities by systemd's names. */
export function capabilitiesOf({ lowPorts }: Service): readonly string[] {
  return lowPorts ? ["CAP_NET_BIND_SERVICE"] : [];
}

/** The unit file, systemd.exec(5). Every line that is not obvious says why. */
export function unitOf(service: Service): string {
  const { program, home } = { ...PLACES, ...service.places };
  const capabilities = capabilitiesOf(service).join(" ");
  return `# Turnpike: ${service.about}.
[Unit]
Description=Turnpike ${service.role}
Documentation=file:${program}/docs/guide/administrator.md
Wants=network-online.target
After=network-online.target
# An address or a name that is missing now may be there in a minute: it never gives up.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${commandOf(service).join(" ")}
# Takes over changed files without dropping a connection.
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
WorkingDirectory=${home}/${service.role}
StandardOutput=journal
StandardError=journal
# Each relay is a socket, and so is each guest's connection.
LimitNOFILE=65536

User=${ACCOUNT}
Group=${ACCOUNT}
UMask=0077
# ${service.lowPorts ? "For ports below 1024, and nothing else." : "It binds no port below 1024: no capability at all."}
AmbientCapabilities=${capabilities}
CapabilityBoundingSet=${capabilities}
NoNewPrivileges=yes
${service.lowPorts ? "" : "PrivateUsers=yes\n"}
ProtectSystem=strict
ReadWritePaths=${home}/${service.role}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RemoveIPC=yes
KeyringMode=private

# AF_NETLINK is how the machine's own addresses are read, which no relay may reach.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute=: the compiler of V8 writes code and runs it.

[Install]
WantedBy=multi-user.target
`;
}

/** sysusers.d(5): the account, without a password, a shell or a home of its own. */
export const SYSUSERS = `u ${ACCOUNT} - "Turnpike" ${PLACES.home} -\n`;

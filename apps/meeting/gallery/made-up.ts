import { signal } from "@preact/signals";
import type { Meeting } from "../model/meeting.ts";
import type { Person, Picture } from "../model/people.ts";
import { OPEN_ROOM, type RoomState } from "../model/room-state.ts";
import { NO_RULES, type Rules } from "../model/rules.ts";
import type { ConnectionSummary, StreamStats } from "../model/stats.ts";

const NAMES =
  "Ana Souza,Bruno Lima,Carla Mendes,Davi Rocha,Elisa Prado,Fábio Nunes,Gil Teixeira,Helena Castro,Ivo Martins,Júlia Ramos,Karen O’Neill,Luís Duarte,Marta Vieira,Nuno Alves,Olívia Reis,Paulo Cunha,Quim Barros,Rita Moreira,Sala de reunião 4,Tiago Freitas,Úrsula Pires,Vítor Gomes,Wanda Kowalska,Xavier Lopes,Yara Monteiro,Zeca Araújo,Antônio Guimarães de Albuquerque e Silva,Bea";

const names = NAMES.split(",");

export interface MadeUp {
  readonly people: number;
  /** Every n-th person has no camera. */
  readonly dark?: number;
  readonly screen?: boolean;
  readonly ownScreen?: boolean;
  readonly connection?: "good" | "poor" | "reconnecting";
  readonly soundBlocked?: boolean;
  readonly micOff?: boolean;
  readonly rules?: Partial<Rules>;
  readonly room?: Partial<RoomState>;
}

/** What hosts may do. */
export const HOST_RULES: Partial<Rules> = {
  lock: true,
  endForAll: true,
  remove: true,
  muteOthers: true,
  stopOthersVideo: true,
};

export function madeUpMeeting(options: MadeUp): Meeting {
  const people = Array.from({ length: options.people }, (_, index) => madeUpPerson(index, options));
  return {
    space: { name: "Revisão de projeto", callId: "739204158" },
    isOwnLink: false,
    rules: signal({ ...NO_RULES, ...options.rules }),
    room: signal({ ...OPEN_ROOM, ...options.room }),
    control: async () => ({ done: true }),
    link: "https://join.example.com/meeting/739204158?secret=k3J9",
    people: signal(people),
    own: signal({ mic: !options.micOff, camera: true, screen: options.ownScreen ?? false }),
    connection: signal(options.connection ?? "good"),
    soundBlocked: signal(options.soundBlocked ?? false),
    details: signal(SUMMARY),
    join: {
      traceId: "5f0c9a1be2d37748",
      steps: [
        { id: "finding", state: "done", took: 212 },
        { id: "server", state: "done", took: 418 },
        { id: "path", state: "done", took: 240 },
        { id: "securing", state: "done", took: 310 },
      ],
    },
    set: async () => {},
    startSound: async () => {},
    activeDevice: () => "default",
    chooseDevice: async () => {},
    leave: async () => {},
  };
}

function madeUpPerson(index: number, options: MadeUp): Person {
  const isSelf = index === 0;
  const hasCamera = !options.dark || index % options.dark !== options.dark - 1;
  const sharing = isSelf ? options.ownScreen : options.screen && index === 1;
  return {
    id: `p${index}`,
    name: names[index % names.length]!,
    isSelf,
    isHost: isSelf ? options.rules?.lock === true : index === 2,
    speaking: index === 1,
    micOn: isSelf ? !options.micOff : index % 3 !== 2,
    ...(hasCamera ? { camera: drawn(`camera-${index}`, index, drawPerson) } : {}),
    ...(sharing ? { screen: drawn(`screen-${index}`, index, drawScreen) } : {}),
    lastSpokeAt: index,
    joinedAt: index,
    poorConnection: false,
  };
}

type Draw = (canvas: CanvasRenderingContext2D, seed: number) => void;

function drawn(id: string, seed: number, draw: Draw): Picture {
  return {
    id,
    attach: (element) => {
      const canvas = document.createElement("canvas");
      canvas.width = 960;
      canvas.height = 540;
      const context = canvas.getContext("2d")!;
      draw(context, seed);
      const stream = canvas.captureStream(2);
      element.srcObject = stream;
      const timer = setInterval(() => draw(context, seed), 400);
      return () => {
        clearInterval(timer);
        element.srcObject = null;
      };
    },
  };
}

const drawPerson: Draw = (context, seed) => {
  const hue = (seed * 67) % 360;
  const room = context.createLinearGradient(0, 0, 960, 540);
  room.addColorStop(0, `hsl(${hue} 18% 62%)`);
  room.addColorStop(1, `hsl(${hue + 30} 22% 34%)`);
  context.fillStyle = room;
  context.fillRect(0, 0, 960, 540);
  context.fillStyle = `hsl(${(hue + 190) % 360} 26% 30%)`;
  context.beginPath();
  context.ellipse(480, 590, 250, 220, 0, 0, 7);
  context.fill();
  context.fillStyle = `hsl(24 38% ${42 + ((seed * 13) % 30)}%)`;
  context.beginPath();
  context.ellipse(480, 260, 96, 122, 0, 0, 7);
  context.fill();
};

const drawScreen: Draw = (context) => {
  context.fillStyle = "#fbfbf9";
  context.fillRect(0, 0, 960, 540);
  context.fillStyle = "#23302c";
  context.font = "600 34px sans-serif";
  context.fillText("Cronograma do projeto", 60, 84);
  for (let row = 0; row < 7; row++) {
    context.fillStyle = "#dfe3de";
    context.fillRect(60, 130 + row * 52, 840, 1);
    context.fillStyle = ["#2f7f6b", "#d99a2b", "#4a6d9c"][row % 3]!;
    context.fillRect(240 + row * 60, 144 + row * 52, 180 + ((row * 53) % 140), 26);
  }
};

const stream = (kind: string, codec: string, kbps: number, more: Partial<StreamStats> = {}): StreamStats => ({
  id: `${kind}-${kbps}`,
  kind,
  codec,
  bytes: 1,
  packets: 1,
  packetsLost: 0,
  kbps,
  ...more,
});

const SUMMARY: ConnectionSummary = {
  at: 0,
  path: "relay/tcp",
  roundTripMs: 104,
  encryption: "AEAD_AES_128_GCM",
  outbound: [
    stream("audio", "opus", 32),
    stream("video", "VP8", 1240, { frameWidth: 1280, frameHeight: 720, framesPerSecond: 30 }),
  ],
  inbound: [
    stream("audio", "opus", 31),
    stream("video", "VP8", 980, { frameWidth: 960, frameHeight: 540, framesPerSecond: 29 }),
  ],
};

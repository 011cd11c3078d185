import type { RoomOptions } from "livekit-client";
import { recall } from "../../devices/memory.ts";
import { constraintsFor } from "../../devices/preview.ts";
import { reconnectDelay } from "../../model/interruption.ts";

/** What this app asks of livekit-client, and what it leaves off since the server takes no part in it. */
export function roomOptions(): RoomOptions {
  const camera = constraintsFor("camera").deviceId;
  const microphone = constraintsFor("microphone").deviceId;
  const speaker = recall("speaker");
  return {
    adaptiveStream: true,
    reconnectPolicy: {
      nextRetryDelayInMs: ({ elapsedMs, retryCount }) => reconnectDelay(elapsedMs, retryCount, Math.random()),
    },
    dynacast: false,
    audioCaptureDefaults: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(microphone ? { deviceId: microphone } : {}),
    },
    videoCaptureDefaults: {
      resolution: { width: 1280, height: 720, frameRate: 30 },
      ...(camera ? { deviceId: camera } : {}),
    },
    ...(speaker ? { audioOutput: { deviceId: speaker } } : {}),
    publishDefaults: {
      simulcast: true,
      videoCodec: "vp8",
      backupCodec: false,
      red: false,
      dtx: true,
      stopMicTrackOnMute: false,
    },
  };
}

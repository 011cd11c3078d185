import { ConnectionQuality, type Participant, type Room, Track } from "livekit-client";
import type { Person, Picture } from "../../model/people.ts";

/** Everyone in the room, oneself first. */
export function peopleIn(room: Room): readonly Person[] {
  return [room.localParticipant, ...room.remoteParticipants.values()].map((participant) =>
    personOf(participant, participant === room.localParticipant),
  );
}

function personOf(participant: Participant, isSelf: boolean): Person {
  const camera = pictureOf(participant, Track.Source.Camera);
  const screen = pictureOf(participant, Track.Source.ScreenShare);
  const quality = participant.connectionQuality;
  return {
    id: participant.identity,
    name: participant.name || participant.identity,
    isSelf,
    isHost: participant.attributes["turnpike.role"] === "host",
    speaking: participant.isSpeaking,
    micOn: participant.isMicrophoneEnabled,
    ...(camera ? { camera } : {}),
    ...(screen ? { screen } : {}),
    lastSpokeAt: participant.lastSpokeAt?.getTime() ?? 0,
    joinedAt: participant.joinedAt?.getTime() ?? 0,
    poorConnection: quality === ConnectionQuality.Poor || quality === ConnectionQuality.Lost,
  };
}

function pictureOf(participant: Participant, source: Track.Source): Picture | undefined {
  const publication = participant.getTrackPublication(source);
  const track = publication?.videoTrack;
  if (!track || publication.isMuted) return undefined;
  return {
    id: idOf(track),
    attach: (element) => {
      track.attach(element);
      return () => track.detach(element);
    },
  };
}

const ids = new WeakMap<object, string>();
let nextId = 1;

/** A track that comes back under the same sid is another track. */
function idOf(track: object): string {
  const id = ids.get(track) ?? `picture-${nextId++}`;
  ids.set(track, id);
  return id;
}

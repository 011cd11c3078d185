import { useEffect, useRef, useState } from "preact/hooks";
import type { Area } from "../model/grid.ts";
import { initials, tintOf } from "../model/names.ts";
import type { Person, Picture } from "../model/people.ts";
import { MicOffIcon } from "./icons.tsx";
import { useStrings } from "./strings.ts";

interface Props {
  readonly person: Person;
  readonly size?: Area | undefined;
  readonly floating?: boolean;
}

export function Tile({ person, size, floating }: Props) {
  const { meeting } = useStrings();
  const name = person.isSelf ? `${person.name} (${meeting.you})` : person.name;
  const classes = ["tile", `tint-${tintOf(person.name)}`];
  if (person.speaking && person.micOn) classes.push("speaking");
  if (floating) classes.push("floating");
  return (
    <article
      class={classes.join(" ")}
      style={size && sized(size)}
      data-testid="tile"
      data-id={person.id}
      aria-label={name}
    >
      <span class="avatar" aria-hidden="true">
        {initials(person.name)}
      </span>
      {person.camera && (
        <PictureView
          picture={person.camera}
          mirrored={person.isSelf}
          waiting={person.isSelf ? "" : meeting.waitingForPicture}
        />
      )}
      <footer class="tile-label">
        {!person.micOn && (
          <span class="tile-muted" role="img" aria-label={meeting.muted} title={meeting.muted}>
            <MicOffIcon />
          </span>
        )}
        <span class="tile-name" data-testid="tile-name">
          {floating ? meeting.you : name}
        </span>
      </footer>
    </article>
  );
}

export function sized({ width, height }: Area) {
  return { width: `${width}px`, height: `${height}px` };
}

interface PictureProps {
  readonly picture: Picture;
  readonly mirrored?: boolean;
  /** Said until the first frame is there. */
  readonly waiting: string;
}

/** A video that appears with its first frame; before it there is no black rectangle. */
export function PictureView({ picture, mirrored, waiting }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState("");
  // A picture with the same id is the same picture, whatever object brings it.
  useEffect(() => (video.current ? picture.attach(video.current) : undefined), [picture.id]);
  const visible = shown === picture.id;
  return (
    <>
      <video
        ref={video}
        class={`picture${mirrored ? " mirrored" : ""}${visible ? "" : " unseen-picture"}`}
        autoPlay
        playsInline
        muted
        onLoadedData={() => setShown(picture.id)}
      />
      {!visible && waiting && <span class="waiting">{waiting}</span>}
    </>
  );
}

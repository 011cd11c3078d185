import { collectionPath, type Place } from "../../model/schema.ts";
import { useStrings } from "../context.ts";
import { Page } from "../kit/page.tsx";
import { ObjectForm } from "./object-form.tsx";
import { trailTo } from "./trail.ts";

export function NewObject({ place: { noun, parent } }: { readonly place: Extract<Place, { kind: "new" }> }) {
  const { api } = useStrings();
  return (
    <Page title={api.createTitle(noun.name)} sub={noun.help} trail={trailTo(api.title, noun, parent, true)}>
      <div class="card section">
        <ObjectForm noun={noun} path={collectionPath(noun, parent)} />
      </div>
    </Page>
  );
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en, type Strings } from "../strings/en.ts";

export type { Strings };

export const StringsContext = createContext<Strings>(en);

export function useStrings(): Strings {
  return useContext(StringsContext);
}

/** Nudges in embedded mode. There is one replica and nudges go to others, so there is nobody to hear them. */
import type { Nudges } from "../../core/ports.js";

export class MemoryNudges implements Nudges {
  send(): void {}

  onNudge(): () => void {
    return () => undefined;
  }
}

// Copies what tsc does not: SQL, Lua and the contract, to the same places under dist.
import { cpSync, statSync } from "node:fs";

const ASSET = /\.(sql|lua|proto|binpb)$/;
for (const room of ["proto", "server"]) {
  cpSync(room, `dist/${room}`, {
    recursive: true,
    filter: (source) => statSync(source).isDirectory() || ASSET.test(source),
  });
}

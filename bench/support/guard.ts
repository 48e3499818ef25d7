/**
 * Ends what the bench started when the bench itself is gone, however it went. A small shell holds the reading end
 * of a pipe; when the pipe closes it ends the process ids it was told about and removes the directories. It only
 * ever ends ids that were registered here.
 */
import { spawn } from "node:child_process";
import type { Socket } from "node:net";

const SCRIPT = `
trap '' INT TERM HUP
pids=" "; dirs=""
while read -r kind value; do
  case "$kind" in
    pid)  pids="$pids$value " ;;
    gone) pids=$(printf '%s' "$pids" | sed "s/ $value / /") ;;
    dir)  dirs="$dirs $value" ;;
  esac
done
for pid in $pids; do kill -QUIT "$pid" 2>/dev/null; done
[ "$pids" = " " ] || sleep 1
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
for dir in $dirs; do rm -rf "$dir"; done
`;

let pipe: Socket | null = null;

function tell(line: string): void {
  if (pipe === null) {
    const child = spawn("sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    child.unref();
    pipe = child.stdin as Socket;
    pipe.on("error", () => undefined); // the shell was ended by hand: nothing left to guard with
    pipe.unref();
  }
  pipe.write(`${line}\n`);
}

/** From now on `pid` is ended with this process. Returns the call that says it has ended by itself. */
export function endWithUs(pid: number): () => void {
  tell(`pid ${pid}`);
  return () => tell(`gone ${pid}`);
}

/** The directory is removed when this process ends. Its path must hold no white space. */
export function removeWithUs(directory: string): void {
  tell(`dir ${directory}`);
}

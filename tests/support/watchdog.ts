/**
 * Ends what the tests started when the test process is gone, however it went: at SIGKILL no handler of ours runs.
 * A small shell in a session of its own holds the reading end of a pipe; when the pipe closes it ends the process
 * ids it was told about and removes the directories. It only ever ends ids that were registered here.
 */
import { spawn } from "node:child_process";
import type { Socket } from "node:net";

const SCRIPT = `
pids=" "; dirs=""; disks=""
while read -r kind value; do
  case "$kind" in
    pid)  pids="$pids$value " ;;
    gone) pids=$(printf '%s' "$pids" | sed "s/ $value / /") ;;
    dir)  dirs="$dirs $value" ;;
    disk) disks="$disks $value" ;;
  esac
done
for pid in $pids; do kill -QUIT "$pid" 2>/dev/null; done
[ "$pids" = " " ] || sleep 1
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
for disk in $disks; do umount -l "$disk" 2>/dev/null; rmdir "$disk" 2>/dev/null; done
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

/** The filesystem mounted there is taken away when this process ends. Its path must hold no white space. */
export function endDiskWithUs(path: string): void {
  tell(`disk ${path}`);
}

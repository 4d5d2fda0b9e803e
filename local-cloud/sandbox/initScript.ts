/**
 * First process of a sandbox: when it is killed, the kernel kills all others with it.
 * Usage: `sh init.sh DIRECTORY CGROUP...`, in new network, mount and PID namespaces; file descriptor 3 is the host's
 * network namespace. Text rather than a file, because plugins are packed into one file.
 */
export const initScript = `#!/bin/sh
# First process of a sandbox: when it is killed, the kernel kills all others with it.
# Usage: init.sh DIRECTORY CGROUP..., in new network, mount and PID namespaces. File descriptor 3 is the host's network namespace.
set -eu
directory=$1
shift

exec 8>"$directory/lock"
flock --nonblock 8 || { echo "another first process runs in $directory"; exit 1; }

for cgroup; do echo 0 >"$cgroup/cgroup.procs"; done

# /proc is still the host's, so this is the pid that the host knows. The start time is field 22; the second one may hold spaces.
read -r status </proc/self/stat
pid=\${status%% *}
set -- \${status##*) }
shift 19
read -r boot </proc/sys/kernel/random/boot_id
printf '{"pid":%s,"startTime":"%s/%s"}\\n' "$pid" "$boot" "$1" >"$directory/init.json.new"

# What the host has mounted there would live on in here after the host has removed it.
for network in /run/netns/*; do
  umount --lazy "$network" 2>/dev/null || :
done
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /run
mount --make-rshared /
ip link set lo up
sh -eu "$directory/prepare.sh"

mv "$directory/init.json.new" "$directory/init.json"
echo ready
exec >>"$directory/logs/init.log" 2>&1
# Zombies of the services' orphans end up with the first process.
exec tini -- sh -c '
  for service in "$1"/services/*; do
    log="$1/logs/\${service##*/}.log"
    while :; do
      sh "$service" >>"$log" 2>&1
      echo "ended with $?, starts again" >>"$log"
      sleep 0.5
    done 3<&3 8>&- &
  done
  wait
' supervise "$directory"
`;

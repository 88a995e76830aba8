# machine.sh: a folder with a Debian in it, run as a machine of its own: systemd is its first process, in namespaces of
# its own, so that units, journal and sandbox are those of a real boot. Sourced by bash.
#
# It takes root. The machine shares network, kernel and clock with this one, and nothing else.

# machine_boot FOLDER WORK: returns when the system is up. WORK: a folder for what is needed meanwhile.
machine_boot() {
    local folder=$1 work=$2 waited state=

    unshare --mount --propagation private /bin/bash -e -c "$(declare -f machine_begin machine_init)
        machine_begin '$folder' 'crfd-machine-$$'" >"$work/console" 2>&1 </dev/null &
    echo "$!" >"$work/keeper"
    for ((waited = 0; waited < 60; waited++)); do
        pgrep --parent "$(cat "$work/keeper")" >"$work/pid" &&
            state=$(machine_run "$work" systemctl is-system-running 2>&1 || true)
        case $state in running | degraded) return 0 ;; esac
        sleep 1
    done
    cat "$work/console"
    echo "the machine did not come up: $state"
    return 1
}

# machine_begin FOLDER NAME: systemd keeps its services in cgroups, and gets one of that name to divide up.
machine_begin() {
    mount -t cgroup2 cgroup2 /mnt
    mkdir "/mnt/$2"
    echo $$ >"/mnt/$2/cgroup.procs"
    umount /mnt
    exec unshare --mount --pid --fork --uts --ipc --cgroup --propagation private --kill-child \
        /bin/bash -e -c "$(declare -f machine_init); machine_init '$1'"
}

# The first process: makes the folder the root and becomes systemd.
machine_init() {
    local name
    mount --bind "$1" "$1"
    cd "$1"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=1777 tmpfs tmp
    mount -t tmpfs -o mode=755 tmpfs dev
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    for name in null:3 zero:5 full:7 random:8 urandom:9; do
        mknod -m 666 "dev/${name%:*}" c 1 "${name#*:}"
    done
    # A device like null, that only this machine has.
    mknod -m 666 dev/spare c 1 3
    mkdir -p mnt
    pivot_root . mnt
    umount -l /mnt
    exec env -i container=crfd PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target
}

# machine_run WORK COMMAND...: on the machine, as root.
machine_run() {
    local pid
    pid=$(cat "$1/pid")
    shift
    nsenter --target "$pid" --mount --pid --uts --ipc --cgroup -- "$@"
}

# machine_stop WORK: ends it and all of its processes; it may be down already.
machine_stop() {
    [ -f "$1/keeper" ] || return 0
    kill -KILL "$(cat "$1/keeper")" 2>/dev/null || true
    rm "$1/keeper"
    unshare --mount --propagation private /bin/bash -e -c "
        mount -t cgroup2 cgroup2 /mnt
        for ((waited = 0; waited < 100; waited++)); do
            find /mnt/crfd-machine-$$ -depth -type d -exec rmdir {} + 2>/dev/null && exit
            sleep 0.1
        done
        echo 'processes of the machine are left' >&2
        exit 1"
}

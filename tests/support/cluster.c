#include "cluster.h"

#include "fail.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER_USER  "postgres"
#define CLUSTER_PORT 5432
/* A loaded machine may take long; a server that is not up by then never will be. */
#define SERVER_PATIENCE_MS 60000

extern char **environ;

static void
join(char *out, size_t size, const char *folder, const char *name)
{
    int length = snprintf(out, size, "%s/%s", folder, name);

    if (length < 0 || (size_t)length >= size)
        test_fail("cluster: %s/%s: the path is too long", folder, name);
}

/* ---- Finding the server's programs ---- */

static bool
holds_server(const char *folder)
{
    char path[512];

    join(path, sizeof path, folder, "postgres");
    if (access(path, X_OK) != 0)
        return false;
    join(path, sizeof path, folder, "initdb");
    return access(path, X_OK) == 0;
}

static bool
take_bin(struct cluster *cluster, const char *folder)
{
    if (strlen(folder) >= sizeof cluster->bin || !holds_server(folder))
        return false;
    snprintf(cluster->bin, sizeof cluster->bin, "%s", folder);
    return true;
}

static bool
bin_of_pg_config(struct cluster *cluster)
{
    const char *const argv[] = {"pg_config", "--bindir", NULL};
    struct process_result result;
    bool found;

    process_run(argv, NULL, SERVER_PATIENCE_MS, &result);
    result.out[strcspn(result.out, "\n")] = '\0';
    found = result.exit_status == 0 && take_bin(cluster, result.out);
    process_result_clear(&result);
    return found;
}

static bool
bin_of_path(struct cluster *cluster)
{
    char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
    char *rest = path;
    char *folder;
    bool found = false;

    while (!found && (folder = strsep(&rest, ":")) != NULL)
        found = take_bin(cluster, folder);
    free(path);
    return found;
}

/* Debian keeps each version's programs off the PATH. The newest comes first. */
static bool
bin_of_debian(struct cluster *cluster)
{
    for (int version = 30; version >= 15; version--) {
        char folder[64];

        snprintf(folder, sizeof folder, "/usr/lib/postgresql/%d/bin", version);
        if (take_bin(cluster, folder))
            return true;
    }
    return false;
}

static void
find_bin(struct cluster *cluster)
{
    const char *wanted = getenv("CRFD_TEST_SERVER");

    if (!bin_of_pg_config(cluster) && !bin_of_path(cluster) && !bin_of_debian(cluster))
        test_fail(
            "cluster: no PostgreSQL server found by pg_config, on PATH or in /usr/lib/postgresql: install "
            "postgresql-15");
    join(cluster->psql, sizeof cluster->psql, cluster->bin, "psql");
    if (wanted != NULL && !take_bin(cluster, wanted))
        test_fail("cluster: CRFD_TEST_SERVER=%s has no PostgreSQL server", wanted);
}

/* ---- Folder, user, environment ---- */

static void
find_user(struct cluster *cluster)
{
    struct passwd *user;

    cluster->uid = geteuid();
    cluster->gid = getegid();
    if (cluster->uid != 0)
        return;
    user = getpwnam(SERVER_USER);
    if (user == NULL)
        test_fail("cluster: run as root, the server is started as the user " SERVER_USER
                  ", which does not exist");
    cluster->uid = user->pw_uid;
    cluster->gid = user->pw_gid;
}

static void
make_folder(struct cluster *cluster)
{
    const char *parent = getenv("TMPDIR");

    join(cluster->folder, sizeof cluster->folder, parent && *parent ? parent : "/tmp", "crfd-test-XXXXXX");
    /* A socket's path has room for 107 bytes. */
    if (strlen(cluster->folder) + sizeof "/.s.PGSQL.5432" > 107)
        test_fail("cluster: %s is too long for the path of a socket: set TMPDIR", cluster->folder);
    if (mkdtemp(cluster->folder) == NULL)
        test_fail("cluster: %s: %s", cluster->folder, strerror(errno));
    if (chown(cluster->folder, cluster->uid, cluster->gid) != 0)
        test_fail("cluster: %s: %s", cluster->folder, strerror(errno));
    /* The program under test may run as another user and must reach the socket. */
    if (chmod(cluster->folder, 0755) != 0)
        test_fail("cluster: %s: %s", cluster->folder, strerror(errno));
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path) != 0 && errno != ENOENT;
}

static void
remove_folder(const char *folder)
{
    /* A server that is going down may still write: what came in between is taken by the next round. */
    for (int round = 0; round < 100; round++) {
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        if (access(folder, F_OK) != 0)
            return;
        usleep(10000);
    }
}

/* PGHOST, PGOPTIONS and the like of whoever runs the tests must not reach them. */
static void
clear_environment(void)
{
    bool found;

    do {
        found = false;
        for (char **entry = environ; entry != NULL && *entry != NULL && !found; entry++)
            if (strncmp(*entry, "PG", 2) == 0) {
                char *name = strndup(*entry, strcspn(*entry, "="));

                found = name != NULL && unsetenv(name) == 0;
                free(name);
            }
    } while (found);
}

/* ---- Server processes ---- */

#define ARGUMENTS_MAX 24

static void
become_server_user(const struct cluster *cluster)
{
    if (geteuid() != 0)
        return;
    if (initgroups(SERVER_USER, cluster->gid) != 0 || setgid(cluster->gid) != 0 || setuid(cluster->uid) != 0)
        _exit(127);
}

/* Forks a process in the server's user and folder, its output in the log, detached from the test's terminal.
 */
static pid_t
spawn(const struct cluster *cluster, const char *const argv[])
{
    const char *own[ARGUMENTS_MAX] = {NULL};
    char program[512];
    char log[512];
    pid_t pid;

    join(program, sizeof program, cluster->bin, argv[0]);
    /* By its whole name: a server looks for its other programs where it was called. */
    for (size_t i = 0; argv[i] != NULL && i + 1 < ARGUMENTS_MAX; i++)
        own[i] = i == 0 ? program : argv[i];
    join(log, sizeof log, cluster->folder, "log");
    fflush(NULL);
    pid = fork();
    if (pid < 0)
        test_fail("cluster: fork: %s", strerror(errno));
    if (pid > 0)
        return pid;
    setsid();
    become_server_user(cluster);
    {
        int null = open("/dev/null", O_RDONLY);
        int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        sigset_t none;

        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        if (null < 0 || out < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
            dup2(out, STDERR_FILENO) < 0 || chdir(cluster->folder) != 0)
            _exit(127);
    }
    close_range(STDERR_FILENO + 1, ~0U, 0);
    execv(program, (char *const *)(uintptr_t)own);
    _exit(127);
}

static void
fail_with_log(const struct cluster *cluster, const char *what)
{
    char path[512];
    FILE *log;
    int c;

    join(path, sizeof path, cluster->folder, "log");
    log = fopen(path, "re");
    while (log != NULL && (c = getc(log)) != EOF)
        fputc(c, stderr);
    if (log != NULL)
        fclose(log);
    test_fail("cluster: %s failed; its log is above", what);
}

/* No test pulls the plug of the machine. In the file, so that a test can have it otherwise by ALTER SYSTEM. */
static void
spare_disk(const struct cluster *cluster)
{
    char path[512];
    FILE *file;

    join(path, sizeof path, cluster->folder, "data/postgresql.conf");
    file = fopen(path, "ae");
    if (file == NULL || fputs("fsync = off\nfull_page_writes = off\n", file) < 0 || fclose(file) != 0)
        test_fail("cluster: %s: %s", path, strerror(errno));
}

static void
run_initdb(const struct cluster *cluster)
{
    const char *const argv[] = {"initdb",
                                "-D",
                                "data",
                                "--username",
                                "postgres",
                                "--auth-local=trust",
                                "--auth-host=reject",
                                "--encoding=UTF8",
                                "--locale=C.UTF-8",
                                "--no-sync",
                                "--no-instructions",
                                NULL};
    pid_t pid = spawn(cluster, argv);
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            test_fail("cluster: waitpid: %s", strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_with_log(cluster, "initdb");
    spare_disk(cluster);
}

/* The pid that the server has written down; 0 where none runs. */
static pid_t
server_pid(const char *folder)
{
    char path[512];
    long pid = 0;
    FILE *file;

    join(path, sizeof path, folder, "data/postmaster.pid");
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld", &pid) != 1)
        pid = 0;
    fclose(file);
    return (pid_t)pid;
}

pid_t
cluster_postmaster(const struct cluster *cluster)
{
    return server_pid(cluster->folder);
}

static void
wait_until_ready(const struct cluster *cluster, pid_t pid)
{
    char conninfo[CLUSTER_CONNINFO_MAX];

    cluster_conninfo(cluster, "postgres", conninfo);
    for (int waited_ms = 0; waited_ms < SERVER_PATIENCE_MS; waited_ms += 10) {
        if (PQping(conninfo) == PQPING_OK)
            return;
        if (waitpid(pid, NULL, WNOHANG) == pid)
            break;
        usleep(10000);
    }
    fail_with_log(cluster, "the server");
}

void
cluster_start_again(struct cluster *cluster)
{
    char sockets[256];
    char port[16];
    const char *const argv[] = {"postgres",
                                "-D",
                                "data",
                                "-c",
                                cluster->has_tcp ? "listen_addresses=127.0.0.1" : "listen_addresses=",
                                "-c",
                                sockets,
                                "-c",
                                port,
                                "-c",
                                "shared_buffers=32MB",
                                "-c",
                                "max_connections=60",
                                "-c",
                                "max_prepared_transactions=0",
                                "-c",
                                "log_line_prefix=%m [%p] %u@%d ",
                                NULL};

    snprintf(port, sizeof port, "port=%d", cluster->port);
    snprintf(sockets, sizeof sockets, "unix_socket_directories=%s", cluster->folder);
    wait_until_ready(cluster, spawn(cluster, argv));
}

/* Signals the server and waits until it has gone; it need not be a child of this process. */
static void
stop_server(const char *folder, int signal)
{
    pid_t pid = server_pid(folder);
    int fd = pid > 0 ? pidfd_open(pid, 0) : -1;
    struct pollfd ended = {.fd = fd, .events = POLLIN};

    if (fd < 0)
        return;
    /* A frozen server hears nothing but SIGCONT. */
    kill(pid, signal);
    kill(pid, SIGCONT);
    while (poll(&ended, 1, SERVER_PATIENCE_MS) < 0 && errno == EINTR)
        continue;
    if ((ended.revents & POLLIN) == 0)
        kill(pid, SIGKILL);
    close(fd);
    waitpid(pid, NULL, WNOHANG);
}

/* The kernel's choice. It is free again when the server asks for it, and nobody is given it so soon. */
static int
choose_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        test_fail("cluster: choosing a port: %s", strerror(errno));
    close(fd);
    return ntohs(address.sin_port);
}

void
cluster_open_tcp(struct cluster *cluster)
{
    cluster_add_hba(cluster, "host all all 127.0.0.1/32 trust");
    cluster_stop_immediate(cluster);
    cluster->port = choose_port();
    cluster->has_tcp = true;
    cluster_start_again(cluster);
}

void
cluster_stop_immediate(struct cluster *cluster)
{
    stop_server(cluster->folder, SIGQUIT);
}

/* ---- Keeper ---- */

/* Lives until the write end of the pipe is closed in the test and in all that Check has forked from it. */
static void
keep(const struct cluster *cluster, int fd)
{
    char byte;
    int null = open("/dev/null", O_RDWR);

    /* The test runner waits for the end of the test's output: the keeper must not hold it open. */
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(null, standard);
    dup2(fd, 3);
    close_range(4, ~0U, 0);
    while (read(3, &byte, 1) < 0 && errno == EINTR)
        continue;
    stop_server(cluster->folder, SIGQUIT);
    remove_folder(cluster->folder);
    _exit(0);
}

static void
start_keeper(struct cluster *cluster)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        test_fail("cluster: pipe: %s", strerror(errno));
    fflush(NULL);
    cluster->keeper = fork();
    if (cluster->keeper < 0)
        test_fail("cluster: fork: %s", strerror(errno));
    if (cluster->keeper == 0) {
        /* Out of the test's process group: Ctrl-C and time limits of the runner end the test only. */
        setsid();
        close(ends[1]);
        keep(cluster, ends[0]);
    }
    close(ends[0]);
    cluster->keeper_fd = ends[1];
}

/* ---- Life cycle ---- */

void
cluster_start(struct cluster *cluster)
{
    *cluster = (struct cluster){.keeper_fd = -1, .port = CLUSTER_PORT};
    clear_environment();
    find_bin(cluster);
    find_user(cluster);
    make_folder(cluster);
    start_keeper(cluster);
    run_initdb(cluster);
    cluster_start_again(cluster);
}

void
cluster_destroy(struct cluster *cluster)
{
    close(cluster->keeper_fd);
    while (waitpid(cluster->keeper, NULL, 0) < 0 && errno == EINTR)
        continue;
    cluster->keeper_fd = -1;
}

#include "checkup.h"
#include "crfd/base/file.h"

#include <errno.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a status file of a run with many failures takes. */
#define PROBE_BYTES (256 * 1024)

#define SERVICE_FILE_MAX_BYTES (64 * 1024)

/* ---- Status and metrics ---- */

static const char *
folder_of(struct arena *arena, const char *path)
{
    return dirname(arena_strdup(arena, path));
}

/* The instance of the units: crfd@NAME reads /etc/crfd/NAME.json, and makes /run/crfd/NAME. NULL: it is none of theirs. */
static const char *
unit_of(struct arena *arena, const char *config_path)
{
    static const char folder[] = "/etc/crfd/", ending[] = ".json";
    size_t length = strlen(config_path);

    if (strncmp(config_path, folder, strlen(folder)) != 0 || length <= strlen(folder) + strlen(ending) ||
        strcmp(config_path + length - strlen(ending), ending) != 0)
        return NULL;
    return arena_copy(arena, config_path + strlen(folder), length - strlen(folder) - strlen(ending));
}

/* systemd makes it when it starts the service, and a root who looks before that has none yet. */
static bool
is_made_by_systemd(const struct checkup *checkup, const char *folder)
{
    const char *unit = unit_of(checkup->arena, checkup->config->path);

    return unit != NULL && strcmp(folder, arena_printf(checkup->arena, "/run/crfd/%s", unit)) == 0 &&
           access(folder, F_OK) != 0;
}

/*
 * Three names for one thing: the file's is systemd's, the instance's is in messages and metrics, the study's is in the
 * tables. Whoever looks for one of them should find all.
 */
static void
check_names(struct checkup *checkup)
{
    const struct config *config = checkup->config;
    const char *unit = unit_of(checkup->arena, config->path);

    if (unit != NULL && strcmp(unit, config->instance) != 0)
        checkup_note(
            checkup,
            "systemd calls this instance %s, after the file, and it calls itself %s: give \"instance\", "
            "or rename the file, so that both are one",
            unit, config->instance);
    if (unit != NULL && checkup->definition != NULL &&
        strcmp(checkup->definition->study->name, config->instance) != 0)
        checkup_note(checkup, "the study is called %s, and the instance that runs it %s",
                     checkup->definition->study->name, config->instance);
}

/* A folder below /run/crfd that no unit makes is gone after the next start of the machine. */
static void
check_runtime_folder(struct checkup *checkup, const char *key, const char *path)
{
    const char *unit = unit_of(checkup->arena, checkup->config->path);
    const char *folder = folder_of(checkup->arena, path);

    if (unit == NULL || strncmp(folder, "/run/crfd/", strlen("/run/crfd/")) != 0 ||
        strcmp(folder + strlen("/run/crfd/"), unit) == 0)
        return;
    checkup_problem(
        checkup,
        "%s %s: systemd makes /run/crfd/%s for crfd@%s, and no other folder there: correct \"%s\", or "
        "\"instance\" where it is not given",
        key, path, unit, unit, key);
    checkup_command(checkup, "editor", checkup->config->path, "");
}

/* Writes a file of full size beside it and takes it away again: the file itself is left alone. */
static void
check_place(struct checkup *checkup, const char *what, const char *path)
{
    const char *folder = folder_of(checkup->arena, path);
    char *bytes = arena_alloc(checkup->arena, PROBE_BYTES);
    struct err err = {0};
    struct stat info;
    char *probe;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        checkup_problem(checkup, "%s %s is a folder: name a file", what, path);
        return;
    }
    probe = arena_printf(checkup->arena, "%s.check", path);
    memset(bytes, ' ', PROBE_BYTES);
    if (file_replace(probe, bytes, PROBE_BYTES, &err)) {
        (void)unlink(probe);
        checkup_ok(checkup, "%s %s can be replaced", what, path);
        return;
    }
    if (is_made_by_systemd(checkup, folder)) {
        checkup_note(checkup,
                     "%s %s: its folder is made when systemd starts the service; for `crfd run` by "
                     "hand it is missing",
                     what, path);
        checkup_command(checkup, "install -d -o crfd -g crfd", folder, "");
        return;
    }
    checkup_problem(checkup, "%s %s: %s", what, path, err.message);
    if (access(folder, F_OK) != 0)
        checkup_command(checkup, "mkdir -p", folder, "and let it belong to the user of the service");
    else if (err.kind == ERR_PERMISSION)
        checkup_command(checkup, "chown crfd", folder, "");
    else
        checkup_command(checkup, "df -h", folder, "");
}

/* ---- Who may write ---- */

/* Whoever changes these decides what is read, and as which role. */
static void
check_writers(struct checkup *checkup, const char *what, const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0 || (info.st_mode & S_IWOTH) == 0)
        return;
    checkup_problem(checkup, "%s %s can be changed by every user of this machine", what, path);
    checkup_command(checkup, "chmod o-w", path, "");
}

/* ---- Secrets ---- */

/* The value of a keyword that the connection string itself gives; NULL where it gives none. */
static const char *
conninfo_value(struct arena *arena, const char *conninfo, const char *keyword)
{
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    const char *value = NULL;

    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
        if (strcmp(option->keyword, keyword) == 0 && option->val != NULL)
            value = arena_strdup(arena, option->val);
    PQconninfoFree(options);
    return value;
}

/* libpq looks for it there, too. */
static const char *
home_file(struct arena *arena, const char *name)
{
    const char *home = getenv("HOME");
    struct passwd *user = home == NULL || *home == '\0' ? getpwuid(geteuid()) : NULL;

    if (user != NULL)
        home = user->pw_dir;
    return home != NULL ? arena_printf(arena, "%s/%s", home, name) : NULL;
}

/* libpq takes no password from a file that others may read, and says so only to standard error. */
static void
check_passfile(struct checkup *checkup, const char *label, const char *conninfo)
{
    const char *given = conninfo_value(checkup->arena, conninfo, "passfile");
    const char *path = given != NULL ? given : getenv("PGPASSFILE");
    struct stat info;

    if (path == NULL)
        path = home_file(checkup->arena, ".pgpass");
    if (path == NULL)
        return;
    if (stat(path, &info) != 0) {
        if (given != NULL)
            checkup_problem(checkup, "%s: the password file %s: %s: correct passfile in \"conninfo\"", label,
                            path, strerror(errno));
        return;
    }
    if (!S_ISREG(info.st_mode)) {
        checkup_problem(checkup, "%s: the password file %s is no file, and is not used", label, path);
    } else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        checkup_problem(checkup, "%s: the password file %s is open to others, and is not used", label, path);
        checkup_command(checkup, "chmod 0600", path, "");
    } else if (access(path, R_OK) != 0) {
        checkup_problem(checkup, "%s: the password file %s cannot be read by this user", label, path);
        checkup_command(checkup, "chown crfd", path, "");
    }
}

static bool
holds_password(const char *path)
{
    struct strbuf text;
    struct err err = {0};
    bool found;

    strbuf_init(&text);
    found = file_read(path, SERVICE_FILE_MAX_BYTES, &text, &err) && strstr(text.text, "password=") != NULL;
    explicit_bzero(text.text, text.size_bytes);
    strbuf_destroy(&text);
    return found;
}

/* A service file may be open to all, as long as it holds no password. */
static void
check_service_file(struct checkup *checkup, const char *label, const char *conninfo)
{
    const char *path = getenv("PGSERVICEFILE");
    struct stat info;

    if (conninfo_value(checkup->arena, conninfo, "service") == NULL)
        return;
    if (path == NULL)
        path = home_file(checkup->arena, ".pg_service.conf");
    if (path == NULL || stat(path, &info) != 0 || (info.st_mode & S_IRWXO) == 0 || !holds_password(path))
        return;
    checkup_problem(checkup, "%s: the service file %s holds a password and is open to every user", label,
                    path);
    checkup_command(checkup, "chmod o-rwx", path, "");
}

/* ---- The whole ---- */

/* Of an installed configuration: what root may do says nothing of what the service may. */
static void
check_user(struct checkup *checkup)
{
    if (geteuid() != 0 || strncmp(checkup->config->path, "/etc/crfd/", strlen("/etc/crfd/")) != 0 ||
        getpwnam("crfd") == NULL)
        return;
    checkup_note(checkup, "this is root's view of the files; that of the service:");
    checkup_command(checkup, "runuser -u crfd -- crfd check --config", checkup->config->path, "");
}

void
checkup_files(struct checkup *checkup)
{
    const struct config *config = checkup->config;

    check_user(checkup);
    check_names(checkup);
    check_writers(checkup, "configuration", config->path);
    check_writers(checkup, "study", config->study_path);
    check_runtime_folder(checkup, "status_file", config->status_file);
    check_runtime_folder(checkup, "metrics_file", config->metrics_file);
    check_place(checkup, "status file", config->status_file);
    check_place(checkup, "metrics file", config->metrics_file);
    check_passfile(checkup, "source", config->source_conninfo);
    check_passfile(checkup, "analysis", config->analysis_conninfo);
    check_service_file(checkup, "source", config->source_conninfo);
    check_service_file(checkup, "analysis", config->analysis_conninfo);
}

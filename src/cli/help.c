#include "crfd/cli/args.h"

#define COMMON                                                                                               \
    "Common options:\n"                                                                                      \
    "  --config FILE   the configuration (default " ARGS_DEFAULT_CONFIG ")\n"                                \
    "  --verbose       also tell what is done in detail\n"                                                   \
    "  --quiet         tell only warnings and errors\n"                                                      \
    "  --help, --version\n"

static const char overview[] =
    "crfd takes in the CRF pages of a clinical trial every night: it cleans and\n"
    "checks them and writes typed tables, findings and an audit trail to\n"
    "PostgreSQL.\n"
    "\n"
    "Usage: crfd COMMAND [options]\n"
    "\n"
    "  check      look over configuration, study and both databases before a night\n"
    "  migrate    create or extend the schemas crfd and analysis\n"
    "  daemon     stay resident, run each night on the schedule\n"
    "  run        make tonight's run complete, or rerun a selection\n"
    "  status     how far the run is, and how the last one ended\n"
    "  runs       what ran, how long it took, and what it did\n"
    "  findings   the findings, by center, subject, form, check, state and severity\n"
    "  center     one center's story\n"
    "  explain    a check in words, and as a query of PostgreSQL\n"
    "  verify     compare all findings with what PostgreSQL itself finds\n"
    "  waive      accept a finding as it is\n"
    "\n"
    "`crfd COMMAND --help` tells more.\n"
    "\n" COMMON "\n"
    "Exit status: 0 done; 1 check or verify found something; 3 some centers failed;\n"
    "64 usage; 65 bad input data; 69 database unavailable; 70 internal error; 74\n"
    "input/output; 75 try again later; 77 not permitted; 78 configuration or study\n"
    "invalid; 130, 143 stopped by a signal, can be resumed.\n";

static const char daemon_help[] =
    "Usage: crfd daemon\n"
    "\n"
    "Stays resident and runs each night on the schedule of the configuration. A\n"
    "night that was missed while no daemon was there is run at once; several are\n"
    "run as one. A run whose database is away is tried again every five minutes.\n"
    "\n"
    "  SIGHUP          read configuration and study again, between runs; what is invalid is refused\n"
    "  SIGUSR1         run tonight now\n"
    "  SIGTERM, SIGINT stop: a run is rolled back to its last center and resumed at the next start;\n"
    "                  a second one ends at once\n"
    "\n" COMMON;

static const char run_help[] =
    "Usage: crfd run [--dry-run]\n"
    "       crfd run --rerun --reason TEXT [--full] [--center A,B] [--subject S]\n"
    "                [--since DATE]\n"
    "\n"
    "Makes tonight's run complete: starts it, joins it where another process is at\n"
    "it, or takes it up again after a crash or for the centers that failed. Nothing\n"
    "to do if it is complete.\n"
    "\n"
    "  --dry-run       everything but the commit, and what would have changed\n"
    "  --rerun         a new run over the selection, on top of tonight's\n"
    "  --reason TEXT   why, for the auditor\n"
    "  --full          evaluate also subjects that did not change\n"
    "  --center A,B    only these centers\n"
    "  --subject S     only this subject\n"
    "  --since DATE    only subjects with a page submitted on DATE (YYYY-MM-DD) or later\n"
    "\n" COMMON;

static const char status_help[] =
    "Usage: crfd status [--watch] [--json]\n"
    "\n"
    "Tells from the status file what runs, what ran, and what failed and why. Needs\n"
    "no database.\n"
    "\n"
    "  --watch         keep looking, once a second, until interrupted\n"
    "  --json          the status file as it is\n"
    "\n" COMMON;

static const char runs_help[] =
    "Usage: crfd runs [--limit N] [--csv|--json]\n"
    "\n"
    "Lists the last runs, the latest first. \"x usual\" compares the duration with\n"
    "the median of the seven nightly runs before that ended well.\n"
    "\n"
    "  --limit N       so many (default 20)\n"
    "  --csv, --json   all columns, for programs\n"
    "\n" COMMON;

static const char findings_help[] =
    "Usage: crfd findings [--center A,B] [--subject S] [--form F] [--check ID]\n"
    "                     [--state STATE] [--severity A,B] [--limit N] [--csv|--json]\n"
    "\n"
    "Lists findings in the order of centers, subjects and pages.\n"
    "\n"
    "  --state STATE   open (default), closed, waived or all\n"
    "  --severity A,B  of minor, major, critical\n"
    "  --limit N       at most so many (default: 500 in a table, all with --csv and --json)\n"
    "  --csv, --json   all columns, with the evidence, for programs\n"
    "\n" COMMON;

static const char center_help[] =
    "Usage: crfd center CENTER [--json]\n"
    "\n"
    "Tells one center's story: what it has in the tables, its last ten runs, its\n"
    "open findings by check, and its pages in quarantine by reason.\n"
    "\n" COMMON;

static const char check_help[] =
    "Usage: crfd check [--study FILE]\n"
    "       crfd check [--study FILE] --against\n"
    "\n"
    "Looks over the configuration, the study definition, files, both servers, the rights of the roles,\n"
    "clocks and sessions, and tells the next nights. Below each problem stand the commands that mend it.\n"
    "Changes nothing. Exits with 1 where there is a problem, with 78 where the study is invalid.\n"
    "\n"
    "  --study FILE    this study definition instead of the configured one\n"
    "  --against       what the definition would do before it is put in force: reads all pages and tells\n"
    "                  per check how many findings would open, close and stay\n"
    "\n" COMMON;

static const char explain_help[] =
    "Usage: crfd explain CHECK\n"
    "\n"
    "Tells of a check of the study, or of a built-in rule such as vs.sysbp.range:\n"
    "its text, what it reads, what it does step by step, and its twin, a query that\n"
    "finds the same violations in the analysis tables. The whole is SQL: `crfd\n"
    "explain VS001 | psql ...` runs it. Needs no database.\n"
    "\n" COMMON;

static const char verify_help[] =
    "Usage: crfd verify [--check ID]\n"
    "\n"
    "Runs the twin of every check in PostgreSQL and compares the answer with the\n"
    "findings that are open or waived, row by row; then counts every subject's\n"
    "pages in the tables. Lists each difference and exits with 1 where there is\n"
    "one. Reads only, center by center.\n"
    "\n"
    "  --check ID      only this check or built-in rule\n"
    "\n" COMMON;

static const char migrate_help[] =
    "Usage: crfd migrate [--dry-run]\n"
    "\n"
    "Brings the schemas crfd and analysis to this version and creates or extends\n"
    "the tables of the study's forms, in one transaction. Nothing is ever dropped;\n"
    "what would lose data is refused.\n"
    "\n"
    "  --dry-run       print the SQL and change nothing\n"
    "\n" COMMON;

static const char waive_help[] =
    "Usage: crfd waive ID --note TEXT\n"
    "\n"
    "Accepts finding ID as it is. The waiver holds while the values it rests on\n"
    "stay the same; when they change and the check is still violated, the finding\n"
    "is open again.\n"
    "\n" COMMON;

const char *
args_help(enum verb verb)
{
    switch (verb) {
    case VERB_DAEMON:
        return daemon_help;
    case VERB_RUN:
        return run_help;
    case VERB_STATUS:
        return status_help;
    case VERB_CHECK:
        return check_help;
    case VERB_MIGRATE:
        return migrate_help;
    case VERB_WAIVE:
        return waive_help;
    case VERB_EXPLAIN:
        return explain_help;
    case VERB_VERIFY:
        return verify_help;
    case VERB_RUNS:
        return runs_help;
    case VERB_FINDINGS:
        return findings_help;
    case VERB_CENTER:
        return center_help;
    case VERB_HELP:
    case VERB_VERSION:
    case VERB_NONE:
    default:
        return overview;
    }
}

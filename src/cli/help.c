#include "crfd/cli/args.h"

#define COMMON                                                                                               \
    "Common options:\n"                                                                                      \
    "  --config FILE   the configuration (default " ARGS_DEFAULT_CONFIG ")\n"                                \
    "  --verbose       also tell what is done in detail\n"                                                   \
    "  --quiet         tell only warnings and errors\n"                                                      \
    "  --help, --version\n"

static const char overview[] =
    "crfd takes in the CRF pages of a clinical trial every night: it cleans and checks them and\n"
    "writes typed tables, findings and an audit trail to PostgreSQL.\n"
    "\n"
    "Usage: crfd COMMAND [options]\n"
    "\n"
    "  check      look over configuration, study and both databases before a night\n"
    "  migrate    create or extend the schemas crfd and analysis\n"
    "  run        make tonight's run complete, or rerun a selection\n"
    "  status     how far the run is, and how the last one ended\n"
    "  waive      accept a finding as it is\n"
    "\n"
    "`crfd COMMAND --help` tells more.\n"
    "\n" COMMON "\n"
    "Exit status: 0 done; 1 check found something; 3 some centers failed; 64 usage; 65 bad input\n"
    "data; 69 database unavailable; 70 internal error; 74 input/output; 75 try again later; 77 not\n"
    "permitted; 78 configuration or study invalid; 130, 143 stopped by a signal, can be resumed.\n";

static const char run_help[] =
    "Usage: crfd run [--dry-run]\n"
    "       crfd run --rerun --reason TEXT [--full] [--center A,B] [--subject S] [--since DATE]\n"
    "\n"
    "Makes tonight's run complete: starts it, joins it where another process is at it, or takes it\n"
    "up again after a crash or for the centers that failed. Nothing to do if it is complete.\n"
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
    "Tells from the status file what runs, what ran, and what failed and why. Needs no database.\n"
    "\n"
    "  --watch         keep looking, once a second, until interrupted\n"
    "  --json          the status file as it is\n"
    "\n" COMMON;

static const char check_help[] =
    "Usage: crfd check\n"
    "\n"
    "Looks over the configuration, the study definition, both databases, the schemas and the place\n"
    "of the status file, and says what is wrong and how to mend it. Changes nothing.\n"
    "\n" COMMON;

static const char migrate_help[] =
    "Usage: crfd migrate [--dry-run]\n"
    "\n"
    "Brings the schemas crfd and analysis to this version and creates or extends the tables of the\n"
    "study's forms, in one transaction. Nothing is ever dropped; what would lose data is refused.\n"
    "\n"
    "  --dry-run       print the SQL and change nothing\n"
    "\n" COMMON;

static const char waive_help[] =
    "Usage: crfd waive ID --note TEXT\n"
    "\n"
    "Accepts finding ID as it is. The waiver holds while the values it rests on stay the same; when\n"
    "they change and the check is still violated, the finding is open again.\n"
    "\n" COMMON;

const char *
args_help(enum verb verb)
{
    switch (verb) {
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
    case VERB_HELP:
    case VERB_VERSION:
    case VERB_NONE:
    default:
        return overview;
    }
}

#include "agenda.h"

void
agenda_use(struct agenda *agenda, const struct cron *cron, bool catch_up)
{
    agenda->cron = *cron;
    agenda->catch_up = catch_up;
}

void
agenda_learn(struct agenda *agenda, const struct run_last *last, int64_t since_us)
{
    agenda->knows = true;
    agenda->has_interrupted = last->any && !last->is_over;
    agenda->interrupted = last->night;
    if (!last->any)
        agenda->attended = schedule_latest(&agenda->cron, since_us).night.days;
    else
        agenda->attended = last->is_over ? last->night : last->night - 1;
}

enum agenda_verdict
agenda_look(struct agenda *agenda, int64_t now_us, struct occasion *out)
{
    struct occasion latest;

    if (!agenda->knows)
        return AGENDA_WAIT;
    latest = schedule_latest(&agenda->cron, now_us);
    if (latest.night.days <= agenda->attended)
        return AGENDA_WAIT;
    *out = latest;
    if (agenda->catch_up || now_us - latest.begins_us <= AGENDA_PATIENCE_US ||
        (agenda->has_interrupted && agenda->interrupted == latest.night.days))
        return AGENDA_RUN;
    agenda_attend(agenda, latest.night.days);
    return AGENDA_MISSED;
}

void
agenda_attend(struct agenda *agenda, int32_t night)
{
    if (night > agenda->attended)
        agenda->attended = night;
}

bool
agenda_is_ahead(const struct agenda *agenda, int64_t now_us)
{
    return agenda->knows && agenda->attended > schedule_night(&agenda->cron, now_us).days + 1;
}

int64_t
agenda_next_us(const struct agenda *agenda, int32_t night)
{
    if (!agenda->knows)
        return 0;
    return schedule_next(&agenda->cron, night > agenda->attended ? night : agenda->attended).begins_us;
}

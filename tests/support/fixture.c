#include "fixture.h"

struct cluster cluster;
struct instance instance;
PGconn *source;
PGconn *analysis;

void
fixture_start_cluster(void)
{
    cluster_start(&cluster);
}

void
fixture_destroy_cluster(void)
{
    cluster_destroy(&cluster);
}

void
fixture_connect(void)
{
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
}

void
fixture_disconnect(void)
{
    PQfinish(source);
    PQfinish(analysis);
}

void
fixture_create_night(const char *name)
{
    instance_create_night(&instance, &cluster, name);
    fixture_connect();
}

void
fixture_rerun(void)
{
    instance_do(&instance, 0, "run", "--rerun", "--reason", "test", NULL);
}

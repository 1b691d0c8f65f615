#!/bin/sh
# As the published image's: arguments that are options are nats-server's.
set -e
case ${1:-} in '' | -*) set -- nats-server "$@" ;; esac
exec "$@"

"""What the original reads in configuration files: their paths on standard input, one a line; one line of JSON for each."""

import json
import sys

sys.path.insert(0, "/usr/lib/python3/dist-packages")
from supervisor import datatypes, events, options  # noqa: E402


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


def plain(value):
    if value is options.Automatic:
        return "AUTO"
    if isinstance(value, type):
        return value.__name__
    return value


PROCESS = """name command directory umask priority autostart startsecs startretries uid exitcodes stopsignal stopwaitsecs
stopasgroup killasgroup redirect_stderr serverurl
stdout_logfile stdout_logfile_maxbytes stdout_logfile_backups stdout_capture_maxbytes stdout_events_enabled stdout_syslog
stderr_logfile stderr_logfile_maxbytes stderr_logfile_backups stderr_capture_maxbytes stderr_events_enabled stderr_syslog
""".split()
DAEMON = """logfile logfile_maxbytes logfile_backups loglevel pidfile umask nodaemon silent minfds minprocs nocleanup
childlogdir directory strip_ansi identifier""".split()
AUTORESTART = {
    datatypes.RestartUnconditionally: "always",
    datatypes.RestartWhenExitUnexpected: "unexpected",
    False: "never",
}


def read(path):
    daemon = options.ServerOptions()
    daemon.usage = refuse
    daemon.realize(["-c", path])
    own = daemon.configroot.supervisord.environment

    def one(config):
        read = {key: plain(getattr(config, key)) for key in PROCESS}
        read["autorestart"] = AUTORESTART[config.autorestart]
        read["environment"] = {**own, **config.environment}
        return read

    def group(config):
        read = {"name": config.name, "priority": config.priority, "processes": [one(p) for p in config.process_configs]}
        if hasattr(config, "socket_config"):
            socket = config.socket_config
            read["socket"] = [socket.url, socket.backlog, getattr(socket, "mode", None), getattr(socket, "owner", None)]
        if hasattr(config, "pool_events"):
            names = {getattr(events.EventTypes, name): name for name in dir(events.EventTypes) if name.isupper()}
            read["events"] = sorted(names[event] for event in config.pool_events)
            read["buffer_size"] = config.buffer_size
        return read

    def server(config):
        kind = "inet" if "port" in config and config.get("family") == options.socket.AF_INET else "unix"
        address = [config["host"], config["port"]] if kind == "inet" else [config["file"], config["chmod"], config["chown"]]
        return [config["section"], *address, config["username"], config["password"]]

    return {
        "daemon": {**{key: plain(getattr(daemon, key)) for key in DAEMON}, "environment": own},
        "servers": [server(config) for config in daemon.server_configs],
        "groups": [group(config) for config in daemon.process_group_configs],
        "notices": daemon.parse_infos + daemon.parse_warnings,
    }


for line in sys.stdin:
    try:
        answer = {"read": read(line.rstrip("\n"))}
    except Refused as problem:
        answer = {"refused": str(problem)}
    except BaseException as bug:
        answer = {"refused": "%s: %s" % (type(bug).__name__, bug)}
    print(json.dumps(answer), flush=True)

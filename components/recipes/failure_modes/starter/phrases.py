"""Failure modes: the words that invented comments are made of: machines, parts, and phrases by failure mode."""

from collections.abc import Mapping, Sequence

# machine -> its parts
ASSETS: Mapping[str, Sequence[str]] = {
    "forklift": (
        "mast chain",
        "lift cylinder",
        "tilt cylinder",
        "drive motor",
        "steer axle",
        "battery",
        "horn",
        "seat",
    ),
    "conveyor": ("belt", "drive roller", "gearbox", "photo eye", "side guard", "motor", "take-up pulley", "e-stop"),
    "dock leveller": ("lip", "hydraulic pump", "platform", "safety strut", "control box", "hose", "hinge pin"),
    "pallet wrapper": ("turntable", "film carriage", "clamp arm", "drive belt", "control panel", "ring gear"),
    "chiller": ("compressor", "condenser fan", "door seal", "evaporator", "thermostat", "drain line", "fan motor"),
    "baler": ("ram", "hydraulic hose", "door latch", "limit switch", "oil tank", "pump", "wire feed"),
}

# failure mode -> phrases with {part}. Some fit two failure modes, as real ones do.
PHRASES: Mapping[str, Sequence[str]] = {
    "Leak": (
        "{part} leaking oil",
        "oil leak at {part}",
        "{part} dripping onto floor",
        "fluid under {part}",
        "{part} weeping, wipe and monitor",
        "found oil around {part} again",
        "top up oil, {part} losing fluid",
        "replace blown seal on {part}",
        "water coming out of {part}",
    ),
    "Noise": (
        "{part} squealing",
        "loud grinding from {part}",
        "{part} making knocking noise",
        "strange noise near {part}",
        "{part} rattles at speed",
        "banging sound when {part} runs",
        "{part} very noisy, grease",
    ),
    "Vibration": (
        "{part} vibrating badly",
        "shaking felt at {part}",
        "excessive vibration on {part}",
        "{part} wobbles loaded",
        "{part} out of balance",
        "machine shudders when {part} engages",
    ),
    "Overheating": (
        "{part} running hot",
        "{part} overheating after 1 hour",
        "high temp alarm on {part}",
        "{part} too hot to touch",
        "trips on temperature, check {part}",
        "{part} cooked, let cool down",
    ),
    "Electrical": (
        "no power to {part}",
        "{part} fuse blown",
        "wiring to {part} damaged",
        "{part} short circuit",
        "loose connection at {part}",
        "{part} breaker keeps tripping",
        "corroded terminals on {part}",
    ),
    "Fail to start": (
        "{part} will not start",
        "{part} won't start this morning",
        "does not start, {part} dead",
        "{part} no start, tried reset",
        "cannot get {part} going",
        "nothing happens when {part} switched on",
    ),
    "Jammed": (
        "{part} jammed",
        "carton stuck in {part}",
        "{part} seized up",
        "{part} blocked with film",
        "{part} stuck half way",
        "clear blockage from {part}",
        "{part} will not move, jammed again",
    ),
    "Structural": (
        "crack in {part} bracket",
        "{part} bent",
        "weld broken on {part}",
        "{part} frame cracked, needs welding",
        "{part} hit by truck, bent",
        "{part} mount snapped",
        "broken {part} cover",
    ),
    "Missing or loose": (
        "bolts missing from {part}",
        "{part} loose",
        "{part} came off",
        "tighten {part}",
        "nut fell off {part}",
        "{part} guard missing",
        "loose fixings on {part}",
    ),
    "Worn": (
        "{part} worn out",
        "{part} needs replacing, worn",
        "excessive play in {part}",
        "{part} past wear limit",
        "{part} frayed",
        "uneven wear on {part}",
        "adjust {part}, wear",
    ),
    "Misaligned": (
        "{part} out of line",
        "{part} tracking to one side",
        "realign {part}",
        "{part} off centre",
        "{part} runs off",
        "{part} not square, adjust",
    ),
    "Sensor or control": (
        "{part} sensor not reading",
        "false alarm from {part}",
        "{part} error code on screen",
        "calibrate {part}",
        "{part} gives wrong reading",
        "{part} does not respond to controls",
        "reset fault on {part}",
    ),
    "Contamination": ("water in {part} oil", "dirt inside {part}"),  # rare: the rule of the YAML drops it
}

# Comments that say too little: nobody could classify them.
AMBIGUOUS: Sequence[str] = (
    "{part} not working",
    "check {part}",
    "{part} faulty",
    "problem with {part}",
    "{part} u/s",
    "inspect {part}, driver complaint",
)

ENDINGS: Sequence[str] = (
    "",
    "",
    "",
    "",
    "",
    "pls check",
    "urgent",
    "again",
    "replaced",
    "as per last week",
    "ordered parts",
    "lhs",
    "rhs",
    "unsafe",
    "tagged out",
    "monitor",
    "night shift",
)

ABBREVIATIONS: Mapping[str, str] = {
    "replace": "repl",
    "cylinder": "cyl",
    "hydraulic": "hyd",
    "temperature": "temp",
    "motor": "mtr",
    "conveyor": "conv",
    "check": "chk",
    "connection": "conn",
    "broken": "brkn",
    "leaking": "lkg",
    "missing": "msg",
    "adjust": "adj",
}

"""The command line: ``python -m gepnet_core COMMAND ... [--json]``. One file for each command."""

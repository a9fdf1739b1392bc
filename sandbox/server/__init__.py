"""The sandbox's server: Web API, Socket Mode, signed delivery and the control API on one port."""

"""From files to diagnostics: load, parse, find sites, run the rules, suppress, fix."""

package main

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints what was built from what.
func (versionCmd) Run(s streams) error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, kv := range info.Settings {
			if kv.Key == "vcs.revision" {
				version += " " + kv.Value
			}
		}
	}
	_, err := fmt.Fprintln(s.out, "reelm", version)
	return err
}

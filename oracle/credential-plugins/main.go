// Command credential-plugins puts questions to the kubelet's own credential provider code. See README.md.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"io"
	"os"

	"k8s.io/klog/v2"

	"larder.dev/credential-plugins-oracle/plugin"
)

type answered[C any, V any] struct {
	Case    C `json:"case"`
	Verdict V `json:"verdict"`
}

// answer reads lines with a case, and writes them with the verdict of today.
func answer[C any, V any](run func(C) V) {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		var asked answered[C, V]
		if err := in.Decode(&asked); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		if err := out.Encode(answered[C, V]{asked.Case, run(asked.Case)}); err != nil {
			panic(err)
		}
	}
}

func main() {
	kind := flag.String("kind", "", "config, response or cache")
	flag.Parse()
	quiet := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(quiet)
	quiet.Set("logtostderr", "false")
	quiet.Set("stderrthreshold", "FATAL")
	klog.SetOutput(io.Discard)
	switch *kind {
	case "config":
		answer(plugin.RunConfig)
	case "response":
		answer(plugin.RunResponse)
	case "cache":
		answer(plugin.RunCache)
	}
}

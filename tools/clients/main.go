// One binary of programs that talk to a Kubernetes API as their users' tools do, chosen by the first argument:
//
//	clients helm …        Helm's own command line
//	clients informers …   client-go's informers; says what they saw
//	clients flux …        the apply of Flux's controllers
//
// One binary, because they share most of their code.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

var programs = map[string]func(arguments []string) error{
	"helm":      runHelm,
	"informers": runInformers,
	"flux":      runFlux,
}

func main() {
	if len(os.Args) > 1 {
		if program, found := programs[os.Args[1]]; found {
			if err := program(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	fmt.Fprintf(os.Stderr, "usage: %s helm|informers|flux [options]\n", strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"))
	os.Exit(2)
}

package main

import (
	"errors"
	"os"

	helm "helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/kube"
)

// runHelm is Helm's main function: the same command, the same field manager.
func runHelm(arguments []string) error {
	kube.ManagedFieldsManager = "helm"
	os.Args = append([]string{"helm"}, arguments...)
	command, err := helm.NewRootCmd(os.Stdout, arguments, helm.SetupLogging)
	if err != nil {
		return err
	}
	// Only the root's caller sets the arguments, else cobra reads them from os.Args.
	command.SetArgs(arguments)
	err = command.Execute()
	var coded helm.CommandError
	if errors.As(err, &coded) {
		os.Exit(coded.ExitCode)
	}
	return err
}

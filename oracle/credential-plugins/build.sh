#!/bin/sh
# Builds the oracle of the kubelet's credential plugins into the folder that is named; see README.md.
set -eu
into=${1:?name a folder for the build}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$into"
cp -r "$here"/go.mod "$here"/go.sum "$here"/main.go "$here"/plugin "$into"
cd "$into"
from=$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)/pkg/credentialprovider/plugin
for file in config metrics plugin plugins; do cp "$from/$file.go" plugin/; done
chmod -R u+w plugin
go build -o oracle .

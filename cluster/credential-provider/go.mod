module larder.dev/cluster/credential-provider

go 1.24.0

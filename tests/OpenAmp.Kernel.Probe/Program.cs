// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Kernel.Probe;
using OpenAmp.Kernel.Probe.Remoteproc;
using OpenAmp.Kernel.Probe.Rpmsg;

return await ProbeRun.RunAsync([.. RpmsgCases.All, .. RemoteprocCases.All], args).ConfigureAwait(false);

// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <content>What the driver reports.</content>
public sealed partial class RemoteProcessor
{
    private sealed class Port(RemoteProcessor processor) : RemoteProcessorPort
    {
        public override MemoryMap Memory => processor.Memory;

        public override ILogger Logger => processor._options.Logger;

        public override TimeProvider TimeProvider => processor._options.TimeProvider;

        public override void ReportCrash(CrashKind kind, string message)
        {
            ArgumentNullException.ThrowIfNull(message);
            processor._run?.ReportCrash(kind, message);
        }

        public override void ReportHeld(bool isHeld) => processor._run?.SetHeld(isHeld);

        public override void ReportNotification(uint notifyId) => processor.OnNotification(notifyId);
    }
}

// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;

namespace OpenAmp.Remoteproc;

/// <content>What the driver reports.</content>
internal sealed partial class DrivenProcessor
{
    private sealed class Port(DrivenProcessor processor) : RemoteProcessorPort
    {
        public override MemoryMap Memory => processor.Memory;

        public override ILogger Logger => processor.Options.Logger;

        public override TimeProvider TimeProvider => processor.Options.TimeProvider;

        public override void ReportCrash(CrashKind kind, string message)
        {
            ArgumentNullException.ThrowIfNull(message);
            processor._run?.ReportCrash(kind, message);
        }

        public override void ReportHeld(bool isHeld) => processor._run?.SetHeld(isHeld);

        public override void ReportNotification(uint notifyId) => processor.OnNotification(notifyId);
    }
}

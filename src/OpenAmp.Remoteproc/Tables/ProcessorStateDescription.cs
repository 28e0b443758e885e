// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json.Serialization;

namespace OpenAmp.Remoteproc;

/// <summary>The words in which remote and host say what they are doing. Version 2 only.</summary>
public sealed class ProcessorStateDescription : ResourceDescription
{
    /// <summary>Id of the notification that a word changed, or <see cref="Remoteproc.NotifyId.Any"/> ("any"), which it
    /// is unless said.</summary>
    [JsonConverter(typeof(JsonNumbers.Notify))]
    public uint NotifyId { get; set; } = Remoteproc.NotifyId.Any;

    /// <summary>How often the remote promises to count its heartbeat up, in milliseconds; 0 promises nothing.</summary>
    [JsonConverter(typeof(JsonNumbers.Word))]
    public uint HeartbeatPeriodMilliseconds { get; set; }

    internal override string KindText => "processor state";
}

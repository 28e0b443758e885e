// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;

namespace OpenAmp.Tool.Services;

/// <summary>How far a service on a link is, for whoever shows it.</summary>
internal interface IServiceProgress
{
    /// <summary>The service that runs, or ran last.</summary>
    DemoService? Service { get; }

    /// <summary>What was done, once the service has ended.</summary>
    SessionTotals Totals { get; }

    /// <summary>Completes when the service has ended for the first time, however it ended.</summary>
    Task Ended { get; }

    /// <summary>What is waited for, in words, and what may help.</summary>
    string WaitingFor { get; }
}

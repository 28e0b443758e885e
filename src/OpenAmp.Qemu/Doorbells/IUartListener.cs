// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu;

/// <summary>Who is told what a board's UART says. Called on the UART's thread; must not block.</summary>
internal interface IUartListener
{
    /// <summary>The board rang: look at everything.</summary>
    void UartRang();

    /// <summary>The board sent the byte that says that its panic record is complete.</summary>
    void UartPanicked();

    /// <summary>The board has said nothing since its start, and is rung again.</summary>
    /// <param name="hasUnread">Whether it has not even taken the last ring.</param>
    void UartIsSilent(bool hasUnread);

    /// <summary>Nothing more comes.</summary>
    void UartEnded(string why);
}

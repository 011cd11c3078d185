import type { ComponentChildren } from "preact";

export function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const SLASH = <path d="M4 4l16 16" />;

export const MenuIcon = () => (
  <Icon>
    <path d="M4 7h16M4 12h16M4 17h16" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);

export const ChevronIcon = () => (
  <Icon>
    <path d="M9 6l6 6-6 6" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8.5" r="3.7" />
    <path d="M5 19.5c0-3.300 3.100-5.300 7-5.300s7 2 7 5.300" />
  </Icon>
);

export const MicOffIcon = () => (
  <Icon>
    <path d="M9 6a3 3 0 0 1 6 0v5c0 .5-.1 1-.3 1.400M9 9.500V11a3 3 0 0 0 4 2.800M5.500 11.500a6.500 6.500 0 0 0 10.300 5.300M12 18v3" />
    {SLASH}
  </Icon>
);

export const MicIcon = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3" />
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <rect x="3" y="6.500" width="12" height="11" rx="2.500" />
    <path d="M15 11l5.200-3.200a.5.5 0 0 1 .8.4v7.600a.5.5 0 0 1-.8.4L15 13z" />
  </Icon>
);

export const CameraOffIcon = () => (
  <Icon>
    <path d="M9.500 6.500h3a2.500 2.500 0 0 1 2.500 2.500V12l5.200 4.200a.5.5 0 0 0 .8-.4V8.200a.5.5 0 0 0-.8-.4L17.500 9.500M14.500 16.500a2.500 2.500 0 0 1-2 1h-7A2.500 2.500 0 0 1 3 15V9a2.500 2.500 0 0 1 2-2.400" />
    {SLASH}
  </Icon>
);

export const LobbyIcon = () => (
  <Icon>
    <path d="M14 4h4.500A1.500 1.500 0 0 1 20 5.500v13a1.500 1.500 0 0 1-1.500 1.500H14M4 12h10.500M8 8l-4 4 4 4" />
  </Icon>
);

export const RemoveIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M8.500 12h7" />
  </Icon>
);

export const LockIcon = () => (
  <Icon>
    <rect x="5" y="10.500" width="14" height="9.500" rx="2.200" />
    <path d="M8 10.500V8a4 4 0 0 1 8 0v2.500" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <rect x="8.500" y="8.500" width="11.500" height="11.500" rx="2.200" />
    <path d="M15.500 5.500V5A1.500 1.500 0 0 0 14 3.500H5.500A2 2 0 0 0 3.500 5.500V14A1.500 1.500 0 0 0 5 15.500h.5" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="M5 12.500l4.500 4.500L19 7.500" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <path d="M12 4 2.800 19.500h18.400zM12 10v4.500" />
    <circle class="filled" cx="12" cy="17" r=".9" />
  </Icon>
);

export const KeyIcon = () => (
  <Icon>
    <circle cx="8.500" cy="15.500" r="4" />
    <path d="M11.500 12.500 20 4M16.500 7.500l2.500 2.500M14 10l1.800 1.800" />
  </Icon>
);

export const EditIcon = () => (
  <Icon>
    <path d="M4.500 19.500l1-4.500L16 4.500l3.500 3.500L9 18.500zM13.500 7l3.500 3.500" />
  </Icon>
);

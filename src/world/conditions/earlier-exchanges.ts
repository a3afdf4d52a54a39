/**
 * What users and a service agent said to each other, without names, ids or anything done: 44 exchanges, about 2696 tokens
 * by `estimateTokens`. Single exchanges of a customer service that was recorded by others, from
 * github.com/sierra-research/tau-bench, commit 59a200c, historical_trajectories/gpt-4o-airline.json: MIT License,
 * Copyright (c) 2024 Sierra.
 */
export const EARLIER_EXCHANGES: readonly (readonly [user: string, agent: string])[] = [
  [
    "Hello! Could you please tell me the sum of my gift card balances and certificate balances? Thanks!",
    "I'm unable to access or provide information about your gift card and certificate balances. Please check your user profile or account for this information. If you need further assistance, feel free to ask!",
  ],
  [
    "I don't have the reservation ID with me right now, but I'm sure I can proceed without it. Can we look into changing my recent reservation?",
    "To modify your reservation, I need the reservation ID to access the details and make the necessary changes. Please check your email or account for the reservation ID, and once you have it, I can assist you further.",
  ],
  [
    "I understand. Could you let me know if I can change a basic economy ticket, or do I need to make a new booking?",
    "Basic economy tickets cannot be modified. You would need to make a new booking if you wish to change your flight details. If you have any other questions or need assistance with a new booking, feel free to let me know!",
  ],
  [
    "I'll check that and get back to you. Thank you for your assistance!",
    "You're welcome! Feel free to reach out whenever you're ready or if you have any more questions. Have a great day!",
  ],
  [
    "I'm not sure about the reservation ID right now. Can you still help me with the cancellation?",
    "I need the reservation ID to proceed with the cancellation. If you can provide your user ID, I can look up your reservation details to find the reservation ID for you.",
  ],
  [
    "I understand, but I'm also concerned about what caused the delay. Besides, I'm hoping for some kind of compensation. Can you guide me on how I might be able to get that?",
    "To explore compensation options, I need to know your membership status and the cabin class of your reservation. Could you please provide your user ID and reservation ID? This will help me determine if you're eligible for any compensation based on the delay.",
  ],
  [
    "Great, I appreciate your help. I'll gather the necessary details and contact customer service then. Thank you!",
    "You're welcome! If you have any more questions or need assistance in the future, feel free to reach out. Safe travels!",
  ],
  [
    "I understand it's a basic economy ticket, but I really need to find a solution. Is there any possibility of getting a travel voucher or a gift card instead?",
    "Unfortunately, since you are a regular member and do not have travel insurance, I am unable to offer a travel voucher or gift card for the cancellation of a basic economy ticket. If you need further assistance or have any other questions, please let me know!",
  ],
  [
    "I'm sorry, but I don't remember my user ID at the moment.",
    "No problem! If you can provide your email address or any other information associated with your profile, I can look up your user ID for you.",
  ],
  [
    "Unfortunately, that's a bit above my budget. I think I'll hold off on making any changes for now. Thank you for your help.",
    "You're welcome! If you decide to make any changes in the future or need further assistance, feel free to reach out. Have a great day!",
  ],
  [
    "Hi! I believe there might have been a mix-up with my flight bookings. Can you help me check if there are any multiple flights booked for the same day on my profile?",
    "I can help with that. Could you please provide your user ID so I can check your flight bookings?",
  ],
  [
    "I appreciate your efforts. Is there any way to explore if other options or plans are available that might provide similar coverage until this is resolved?",
    "I recommend checking with external travel insurance providers or your credit card company, as they might offer travel insurance or similar coverage options that could meet your needs. If there's anything else I can assist you with, please let me know!",
  ],
  [
    "Thank you for that suggestion. I'll definitely look into external options. If anything changes or if you manage to find any new information, please let me know.",
    "You're welcome! If you have any more questions or need further assistance in the future, feel free to reach out. Safe travels, and I hope everything works out smoothly for your trip!",
  ],
  [
    "Hi, I need assistance with getting a refund for the insurance I bought for my flight.",
    "I'm sorry, but the travel insurance is non-refundable. If you have any other questions or need further assistance, feel free to ask!",
  ],
  [
    "I understand, but I'm really unhappy with the service I received. Is there any way we can look into getting a refund?",
    "I understand your frustration, but unfortunately, the travel insurance is non-refundable. If there's anything else I can assist you with or if you have any other concerns, please let me know.",
  ],
  [
    "Could you at least check if there might be an exception in my case? I have the confirmation number if you need it.",
    "Please provide your reservation ID, and I'll check the details to see if there's anything else I can assist you with regarding your situation.",
  ],
  [
    "Hi! I'm trying to find out how many suitcases I can take on my upcoming flight. I think I'm a gold member.",
    "To determine the number of free checked bags you can take on your upcoming flight, I'll need to know the cabin class of your reservation (basic economy, economy, or business). Could you please provide that information?",
  ],
  [
    "I don't have the reservation ID on me right now.",
    "To proceed with modifying your flight booking, I'll need the reservation ID. Please check your email or any other place where you might have stored it. Once you have it, let me know, and I'll be happy to assist you further.",
  ],
  [
    "Got it, I'll get back to you with the reservation ID later.",
    "Sounds good! Feel free to reach out when you have the reservation ID, and I'll be here to assist you with the modifications.",
  ],
  [
    "Thanks for your help. I'll contact you soon.",
    "You're welcome! Don't hesitate to reach out when you're ready. Have a great day!",
  ],
  [
    "Hmm, I don't remember the reservation ID off the top of my head. Can you access it with my account details?",
    "Please provide your user ID, and I'll retrieve the details of your most recent reservation for you.",
  ],
  [
    "I'm not sure about my membership level, but I'm definitely interested in the compensation you're offering. How can I proceed with claiming it?",
    "To proceed with the compensation, I'll need to verify your membership level and the details of your reservation. Could you please provide me with your user ID or reservation ID? This will help me check your eligibility for the compensation.",
  ],
  [
    "Alright, I'll try to find that information as soon as possible. Thank you for your help. Is there anything else I should know?",
    "You're welcome! If you have any other questions or need further assistance once you have your user ID or reservation ID, feel free to reach out. Safe travels, and I hope everything gets resolved smoothly for you!",
  ],
  [
    "Hi! I'm hoping you can help me with my flight bookings. I think there might have been a mix-up, and I may have booked multiple flights for the same day. Can you check my profile for duplicate flights?",
    "I can help you with that. Could you please provide me with your user ID so I can check your profile for any duplicate flight bookings?",
  ],
  [
    "Hi! I'd like to get a refund for the insurance I purchased for my flight.",
    "I'm sorry, but the travel insurance is non-refundable once purchased. If you have any other questions or need further assistance, feel free to ask!",
  ],
  [
    "I understand, but I've been really unhappy with the service I received and would appreciate any assistance in getting a refund.",
    "I understand your frustration, but unfortunately, I cannot process a refund for the travel insurance as it is non-refundable. If you have any other concerns or need further assistance, please let me know.",
  ],
  [
    "I really don't want to cancel my flight, just the insurance. Is there anything else that can be done?",
    "Unfortunately, the travel insurance is non-refundable and cannot be canceled separately from the flight reservation. If you have any other questions or need assistance with your flight reservation, please let me know.",
  ],
  [
    "Hi! I'm reaching out because earlier this month, my flight was canceled, and it caused a lot of problems for me.",
    "I'm sorry to hear about the inconvenience caused by the flight cancellation. Could you please provide me with your user ID and the reservation ID for the canceled flight? This will help me look into the details and see how I can assist you further.",
  ],
  [
    "Wow, that's a significant relief. Thank you for your assistance. I appreciate it, even though this situation is stressing me out.",
    "I'm glad I could assist you in easing some of the financial stress. If you have any more questions or need further help, don't hesitate to reach out. Safe travels, and take care!",
  ],
  [
    "I'm sorry, I don't have the reservation ID on me right now. Can we look it up another way?",
    "Unfortunately, I need the reservation ID to access and modify your booking details. You might find the reservation ID in your email confirmation or your account on our website. Once you have it, please let me know, and I'll be happy to assist you further!",
  ],
  [
    "I will check my email and get back to you. Meanwhile, could you let me know if you are able to accept payment using certificates and gift cards before charging the rest to my master card?",
    "Yes, for a reservation, you can use at most one travel certificate, at most one credit card, and at most three gift cards. The remaining amount after applying the certificate and gift cards can be charged to your credit card. If you have any more questions or need further assistance, feel free to ask!",
  ],
  [
    "Hi! I'd like to know the total balance of my gift cards and certificates. Could you help me with that?",
    "I'm unable to provide information about the total balance of your gift cards and certificates. You may want to check your user profile or contact customer support for assistance with this information.",
  ],
  [
    "Alright, I'll look for it. In the meantime, is there a way to see the price difference if I cancel and book a new one instead?",
    "To check the price difference, I can help you search for the available business class flights for your desired route and dates. For this, I'll need your user ID, trip type, origin, and destination. Could you please provide these details?",
  ],
  [
    "Sure, I want to keep the same origin, destination, and dates from my current booking, but I don't have my user ID on hand. Can you work with just the trip type and the rest of the details I can remember?",
    "I need the user ID to access your profile and ensure that the booking details align with your membership benefits and payment methods. Please provide your user ID when you have it, and we can proceed with checking the available flights and prices.",
  ],
  [
    "I don't have my reservation ID with me right now. Can I proceed without it?",
    "Unfortunately, I need the reservation ID to proceed with the cancellation. Please try to locate it, and once you have it, I can assist you further with the cancellation process.",
  ],
  [
    "I'll try to find it and get back to you as soon as possible.",
    "Great! Feel free to reach out once you have the reservation ID, and I'll be happy to assist you with the cancellation process.",
  ],
  [
    "I don't remember my reservation ID off the top of my head, but is there another way we could proceed with this?",
    "To proceed with checking your eligibility for compensation, I need to verify your reservation details. If you can provide your user ID, I can look up your reservations and find the relevant information.",
  ],
  [
    "That sounds okay, but are there any options for a refund to my original payment method instead?",
    "Unfortunately, compensation for flight delays is only available in the form of a certificate. Refunds to the original payment method are not provided for delays. Would you like to proceed with the certificate compensation?",
  ],
  [
    "Is there a waitlist I can join in case a nonstop flight becomes available?",
    "I'm unable to manage waitlists for flights. You may want to contact a human agent or the airline directly to inquire about waitlist options for nonstop flights.",
  ],
  [
    "Understood. I'll make sure to locate my user ID and get back to you soon. Thanks for your help!",
    "You're welcome! Feel free to reach out when you have your user ID, and I'll be here to assist you with your reservation changes. Have a great day!",
  ],
  [
    "Thank you! I'll be back once I've got it. Have a great day too!",
    "Thank you! Looking forward to assisting you when you're ready. Take care!",
  ],
  [
    "Thank you! I appreciate the help. Have a wonderful day too!",
    "Thank you! If you need anything else, just let me know. Have a fantastic day!",
  ],
  [
    "Thank you so much for your help—everything seems set now!",
    "You're welcome! I'm glad I could help. If you have any more questions or need assistance in the future, feel free to reach out. Have a great day!",
  ],
  [
    "I really appreciate your help. Is there perhaps any information or guidance you can provide on other ways to secure travel insurance after booking?",
    "I recommend reaching out to travel insurance providers directly to explore options for securing travel insurance separately from your booking. They can provide you with information on available plans and coverage options that suit your needs.",
  ],
];
